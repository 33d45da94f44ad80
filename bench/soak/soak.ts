import { Clients } from './clients.js';
import { FaultyUpstream } from './faulty-upstream.js';
import { heapSlope, type HeapSample } from './heap-slope.js';
import { Oracle } from './oracle.js';
import { FAILOVER_KINDS, RedisPair } from './redis-pair.js';
import type { SoakApplicationOptions } from './soak.application.js';
import { startSoakServer, type ServerFigures, type SoakServer } from './soak.server.js';
import { Visitors } from './visitors.js';

export { SOAK_DEADLINE_MS, SOAK_MAX_SOCKETS } from './soak.application.js';

const LONGEST_MS = 60_000;

/** The load and the length of a soak. */
export interface SoakOptions {
  readonly seconds: number;
  readonly clients: number;
  readonly seed: number;
  /** An instance for each, all of which share one store. */
  readonly transports: readonly ('axios' | 'undici')[];
  /** Milliseconds between failovers of Redis; a store in memory where left out. */
  readonly failoverEveryMs?: number | undefined;
  /** The soak goes on until these routes let somebody in and so many failovers are over, for a minute at most. */
  readonly atLeast?: { readonly accepted: readonly string[]; readonly failovers: number };
  /** How often the heap is measured. */
  readonly phases?: number;
  /** Starts an instance; in this process unless told otherwise. */
  readonly startServer?: (options: SoakApplicationOptions) => Promise<SoakServer>;
}

/** What an instance did. */
export interface InstanceReport extends Omit<ServerFigures, 'heap'> {
  readonly transport: string;
  /** In the second half of the time: before, the application warms up. */
  readonly heap: readonly HeapSample[];
  /** Bytes by which the heap grows in 10,000 requests. */
  readonly heapSlope: number;
}

/** The result of a run. */
export interface SoakReport {
  /** How long it took, in seconds. */
  readonly seconds: number;
  readonly clients: number;
  readonly requests: number;
  /** Visitors let through by route. */
  readonly accepted: Readonly<Record<string, number>>;
  /** Replies to clients by route and status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Faulty replies by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** The visitors who were let through against the rules. */
  readonly wrong: readonly string[];
  /** How many were let through because Redis lost a write that it had confirmed, by failover and what was lost. */
  readonly lost: Readonly<Record<string, number>>;
  /** Failovers by kind. */
  readonly failovers: Readonly<Record<string, number>>;
  readonly instances: readonly InstanceReport[];
  /** The longest that a client waited for a guarded route, and its own event loop, in milliseconds. */
  readonly slowestClientMs: number;
  readonly clientLoopDelayMs: number;
  readonly mostSockets: number;
  /** Connections to the providers that stay open when the applications have closed. */
  readonly socketsAfterwards: number;
}

/** Clients that ask without pause, against providers that fail three times in ten and a Redis that fails over. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seconds, seed, transports, failoverEveryMs, phases = 3, startServer = startSoakServer } = options;
  const upstream = await FaultyUpstream.start(seed);
  const pair = failoverEveryMs === undefined ? undefined : await RedisPair.start();
  const servers = await Promise.all(
    transports.map(transport => startServer({ transport, upstream: upstream.url, redis: pair?.port })),
  );
  const clients = new Clients(
    servers.map(({ url }) => url),
    2 * options.clients, // visitors ask at once for twice, and wait for no connection
  );
  const oracle = new Oracle();
  const againMs = failoverEveryMs === undefined ? undefined : failoverEveryMs * 1.5;
  const visitors = new Visitors(clients, upstream, oracle, seed, againMs);
  const ending = new AbortController();
  const failing = pair && failOverEvery(pair, failoverEveryMs ?? 0, oracle, ending.signal);

  const isEnough = ({ accepted, failovers } = options.atLeast ?? { accepted: [], failovers: 0 }): boolean =>
    oracle.failovers.length >= failovers && accepted.every(route => route in visitors.accepted);
  const samples: ServerFigures[][] = [];
  const startedAt = performance.now();
  const last = startedAt + LONGEST_MS;
  for (let phase = 1; phase <= phases; phase++) {
    const until = startedAt + (seconds * 1000 * phase) / phases;
    await Promise.all(
      Array.from({ length: options.clients }, async () => {
        while (performance.now() < until || (phase === phases && performance.now() < last && !isEnough()))
          await visitors.visit();
      }),
    );
    samples.push(await Promise.all(servers.map(server => server.figures())));
  }

  const tookMs = performance.now() - startedAt;
  ending.abort();
  await failing;
  await clients.close();
  await Promise.all(servers.map(server => server.stop()));
  await waitFor(() => upstream.sockets.size === 0, 2000);
  const socketsAfterwards = upstream.sockets.size;
  await upstream.stop();
  await pair?.stop();
  return {
    seconds: tookMs / 1000,
    clients: options.clients,
    requests: clients.requests,
    accepted: visitors.accepted,
    statuses: clients.statuses,
    faults: Object.fromEntries(upstream.faults),
    wrong: oracle.wrong,
    lost: oracle.lost,
    failovers: counts(oracle.failovers.map(({ kind }) => kind)),
    instances: transports.map((transport, index) =>
      instanceReport(
        transport,
        samples.flatMap(each => each[index] ?? []),
      ),
    ),
    slowestClientMs: clients.slowestMs,
    clientLoopDelayMs: clients.loopDelayMs,
    mostSockets: upstream.mostSockets,
    socketsAfterwards,
  };
}

function instanceReport(transport: string, samples: readonly ServerFigures[]): InstanceReport {
  const last = samples.at(-1);
  if (last === undefined) throw new Error('nothing was measured');
  const settled = samples.slice(Math.floor(samples.length / 2));
  const heap = settled.map(({ requests, heap: bytes }) => ({ requests, bytes }));
  return { ...last, transport, heap, heapSlope: heapSlope(heap) };
}

/** Failovers of each kind in turn, until the end. */
async function failOverEvery(
  pair: RedisPair,
  everyMs: number,
  oracle: Oracle,
  ending: AbortSignal,
): Promise<void> {
  for (let turn = 0; ; turn++) {
    const until = performance.now() + everyMs;
    await waitFor(() => ending.aborted || performance.now() >= until, Infinity);
    if (ending.aborted) return;
    await pair.failOver(FAILOVER_KINDS[turn % FAILOVER_KINDS.length] ?? 'crash', failover =>
      oracle.failovers.push(failover),
    );
  }
}

function counts(names: readonly string[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const name of names) result[name] = (result[name] ?? 0) + 1;
  return result;
}

async function waitFor(condition: () => boolean, milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds;
  while (!condition() && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 10));
}
