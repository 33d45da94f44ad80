import { LoopLag } from './loop-lag.js';
import { SOAK_DEADLINE_MS, soakApplication, type SoakApplicationOptions } from './soak.application.js';

/** What a server knows of itself. */
export interface ServerFigures {
  /** Requests to guarded routes. */
  readonly requests: number;
  /** The longest that a request to a guarded route was under way, in milliseconds. */
  readonly slowestMs: number;
  /** Requests that took longer than the deadline and 100 ms. */
  readonly slow: number;
  /** Those of them that cannot be explained by a busy event loop: route, status and milliseconds. */
  readonly late: readonly string[];
  readonly loopDelayMs: number;
  /** Heap in use after garbage collection, in bytes; 0 without --expose-gc. */
  readonly heap: number;
  readonly unhandledRejections: readonly string[];
}

/** A server under soak, in this process or in another. */
export interface SoakServer {
  readonly url: string;
  figures(): Promise<ServerFigures>;
  stop(): Promise<void>;
}

interface Finishing {
  readonly statusCode: number;
  on(event: 'close', listener: () => void): unknown;
}

/** Routes without a guard: no invocation of it bounds the time of what they ask. */
const UNGUARDED = ['/send', '/forget'];
const ALLOWED_MS = SOAK_DEADLINE_MS + 100;

/** Starts a server in this process. */
export async function startSoakServer(options: SoakApplicationOptions): Promise<SoakServer> {
  const unhandledRejections: string[] = [];
  const unhandled = (reason: unknown): void => void unhandledRejections.push(String(reason));
  process.on('unhandledRejection', unhandled);
  const { app, close } = await soakApplication(options);
  const lag = new LoopLag();
  const late: string[] = [];
  let [requests, slowestMs, slow] = [0, 0, 0];
  app.use(({ url }: { url: string }, response: Finishing, next: () => void) => {
    const startedAt = performance.now();
    if (!UNGUARDED.includes(url))
      response.on('close', () => {
        const tookMs = performance.now() - startedAt;
        requests++;
        slowestMs = Math.max(slowestMs, tookMs);
        if (tookMs <= ALLOWED_MS) return;
        slow++;
        const delayMs = lag.since(startedAt);
        if (tookMs > ALLOWED_MS + delayMs)
          late.push(`${url} ${response.statusCode} ${tookMs.toFixed(0)} (event loop ${delayMs.toFixed(0)})`);
      });
    next();
  });
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    figures: async () => {
      const heap = await heapInUse();
      return { requests, slowestMs, slow, late, loopDelayMs: lag.worst, heap, unhandledRejections };
    },
    stop: async () => {
      lag.stop();
      await close();
      process.off('unhandledRejection', unhandled);
    },
  };
}

async function heapInUse(): Promise<number> {
  if (globalThis.gc === undefined) return 0;
  for (let round = 0; round < 3; round++) {
    globalThis.gc();
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}
