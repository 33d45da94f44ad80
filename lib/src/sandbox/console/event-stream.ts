import type { ServerResponse } from 'node:http';

/** Lists by name, as they are now. */
export type Lists = Readonly<Record<string, readonly unknown[]>>;

const TICK_MS = 200;
const MAX_READERS = 32;

/**
 * Tells browsers by server-sent events which lists changed: one event carries one whole list. The stream compares lists
 * on a timer, because calls, handles and the clock all change them. Without readers, no timer runs.
 */
export class EventStream {
  /** The lists that each reader got last. */
  private readonly audience = new Map<ServerResponse, Map<string, string>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly read: () => Lists) {}

  /** Tells this reader everything now and every change from now on, until its connection closes. */
  open(response: ServerResponse): void {
    if (response.destroyed) return;
    if (this.audience.size >= MAX_READERS) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('Too many open pages.\n');
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const told = new Map<string, string>();
    this.audience.set(response, told);
    response.on('close', () => {
      this.leave(response);
    });
    this.tell([[response, told]]);
    this.timer ??= setInterval(() => {
      this.tell(this.audience);
    }, TICK_MS).unref();
  }

  private leave(response: ServerResponse): void {
    this.audience.delete(response);
    if (this.audience.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tell(readers: Iterable<readonly [ServerResponse, Map<string, string>]>): void {
    const lists = Object.entries(this.read()).map(([name, list]) => [name, JSON.stringify(list)] as const);
    for (const [response, told] of readers) {
      // A slow reader skips states: at most one of each list waits for it.
      if (response.writableNeedDrain) continue;
      for (const [name, list] of lists) {
        if (told.get(name) === list) continue;
        told.set(name, list);
        response.write(`event: ${name}\ndata: ${list}\n\n`);
      }
    }
  }
}
