import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Pool } from 'undici';
import { chance } from './chance.js';
import { FaultyUpstream } from './faulty-upstream.js';
import { PROVIDERS, type SoakProvider } from './provider-words.js';
import { soakApplication } from './soak.application.js';
import { formOf } from './soak.controller.js';

export { SOAK_DEADLINE_MS, SOAK_MAX_SOCKETS } from './soak.application.js';

/** The load of a run, and its length. */
export interface SoakOptions {
  readonly seconds: number;
  readonly clients: number;
  readonly seed: number;
  readonly transport: 'axios' | 'undici';
}

/** The result of a run. */
export interface SoakReport {
  readonly requests: number;
  readonly accepted: Readonly<Record<SoakProvider, number>>;
  /** Replies to clients by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Faulty replies by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Proofs that were let through although the provider never said yes. */
  readonly wrongAcceptances: readonly string[];
  readonly unhandledRejections: readonly string[];
  /** The longest that a request was under way in the server, in milliseconds. */
  readonly slowestMs: number;
  /** The longest that the event loop was busy meanwhile, in milliseconds. */
  readonly loopDelayMs: number;
  readonly mostSockets: number;
  /** Connections that stay open when the application has closed. */
  readonly socketsAfterwards: number;
  /** Heap in use after garbage collection, early and at the end, in bytes; 0 without --expose-gc. */
  readonly heapBefore: number;
  readonly heapAfter: number;
}

/** Clients that ask without pause, against providers that fail three times in ten. */
export async function soak({ seconds, clients, seed, transport }: SoakOptions): Promise<SoakReport> {
  const unhandledRejections: string[] = [];
  const unhandled = (reason: unknown): void => {
    unhandledRejections.push(String(reason));
  };
  process.on('unhandledRejection', unhandled);
  const upstream = await FaultyUpstream.start(seed);
  const { app, slowestMs } = await soakApplication(transport, upstream.url);

  const pool = new Pool(await app.getUrl(), { connections: clients });
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const statuses: Record<number, number> = {};
  const accepted = { checkify: 0, engagelab: 0, humanproof: 0, verifyid: 0 };
  const wrongAcceptances: string[] = [];
  let requests = 0;

  const visit = async (): Promise<void> => {
    const proof = `proof-${String(++requests)}`;
    const provider = PROVIDERS[Math.floor(chance(seed, proof) * PROVIDERS.length)] ?? 'checkify';
    const { statusCode, body } = await pool.request({
      path: `/${provider}`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(formOf(provider, proof)),
    });
    await body.dump();
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    const isYes = upstream.settle(proof);
    if (statusCode === 200) accepted[provider]++;
    if (statusCode === 200 && !isYes) wrongAcceptances.push(`${provider} ${proof}`);
  };
  const visitFor = async (milliseconds: number): Promise<void> => {
    const until = performance.now() + milliseconds;
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < until) await visit();
      }),
    );
  };

  await visitFor(seconds * 300);
  const heapBefore = await heapInUse();
  await visitFor(seconds * 700);
  const heapAfter = await heapInUse();

  loop.disable();
  await pool.close();
  await app.close();
  await waitFor(() => upstream.sockets.size === 0, 2000);
  const socketsAfterwards = upstream.sockets.size;
  await upstream.stop();
  process.off('unhandledRejection', unhandled);
  return {
    requests,
    accepted,
    statuses,
    faults: Object.fromEntries(upstream.faults),
    wrongAcceptances,
    unhandledRejections,
    slowestMs: slowestMs(),
    loopDelayMs: loop.max / 1e6,
    mostSockets: upstream.mostSockets,
    socketsAfterwards,
    heapBefore,
    heapAfter,
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

async function waitFor(condition: () => boolean, milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds;
  while (!condition() && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 10));
}
