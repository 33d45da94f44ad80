/** A stored value, or `undefined` where there is none. */
export function valueIn(reply: unknown): string | undefined {
  if (reply === null) return undefined;
  return typeof reply === 'string' ? reply : unexpected(reply);
}

/** Whether SET stored its value: it says so, or `null` where its condition did not hold. */
export function storedIn(reply: unknown): boolean {
  if (reply === null) return false;
  return reply === 'OK' || unexpected(reply);
}

/** A count of at least `least`, also from a client that gives numbers as text. */
export function countIn(reply: unknown, least: number): number {
  const count = typeof reply === 'number' || typeof reply === 'string' ? Number(reply) : NaN;
  return Number.isSafeInteger(count) && count >= least ? count : unexpected(reply);
}

/** Never says the reply itself, which may be what somebody stored. */
function unexpected(reply: unknown): never {
  throw new TypeError(`Redis gave an unexpected reply (${reply === null ? 'null' : typeof reply})`);
}
