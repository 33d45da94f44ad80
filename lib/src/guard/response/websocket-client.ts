/** Sends a refusal to a WebSocket client as Nest sends its own: a client of socket.io, or one of the standard. */
export function sendException(client: unknown, data: unknown): void {
  if (typeof client !== 'object' || client === null) return;
  const { readyState, send, emit } = client as Record<string, unknown>;
  // A client of `ws` has an `emit` too, which the other side never hears of.
  if (typeof readyState === 'number' && typeof send === 'function') {
    send.call(client, JSON.stringify({ event: EVENT, data }));
  } else if (typeof emit === 'function') {
    emit.call(client, EVENT, data);
  }
}

const EVENT = 'exception';
