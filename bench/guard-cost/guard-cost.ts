import { fileURLToPath } from 'node:url';
import { PinnedProcess } from '../pinned.process.js';
import type { Load, LoadResult } from './loader.process.js';
import type { Variant } from './variant.js';

/** How long to look. */
export interface Effort {
  readonly rounds: number;
  readonly connections: readonly number[];
  readonly milliseconds: number;
  /** Requests to each server before anything counts. */
  readonly warmUpRequests: number;
}

/** Medians over the rounds of one variant under one load. */
export interface Measurement {
  readonly variant: Variant;
  readonly connections: number;
  /** CPU time of the server process per request, in microseconds. */
  readonly cpuMicros: number;
  /** {@link cpuMicros} beyond the same application without a guard, compared round by round. */
  readonly guardMicros: number;
  readonly requestsPerSecond: number;
  /** Latency in milliseconds, as the clients see it. */
  readonly p50: number;
  readonly p99: number;
}

interface Sample {
  readonly cpuMicros: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Servers on core 0, one working at a time; clients and the stand-in of the provider on core 1. */
export async function measureGuardCost(
  variants: readonly Variant[],
  { rounds, connections, milliseconds, warmUpRequests }: Effort,
): Promise<Measurement[]> {
  const upstream = await PinnedProcess.start(1, file('upstream.js'), []);
  const loader = await PinnedProcess.start(1, file('loader.process.js'), []);
  const servers = new Map<string, PinnedProcess>();
  const samples = new Map<string, Sample[]>();
  try {
    const { url } = upstream.hello as { url: string };
    for (const { name } of variants) {
      servers.set(name, await PinnedProcess.start(0, file('server.process.js'), [name, url]));
    }
    const look = async (
      { name, status = 200 }: Variant,
      load: Omit<Load, 'url' | 'status'>,
    ): Promise<Sample> => {
      const server = servers.get(name)!;
      await server.ask({});
      const { url } = server.hello as { url: string };
      const result = await loader.ask<LoadResult>({ url, status, ...load });
      const { cpuMicros } = await server.ask<{ cpuMicros: number }>({});
      if (result.wrong > 0) throw new Error(`${name} answered ${String(result.wrong)} requests wrongly`);
      return {
        cpuMicros: cpuMicros / result.requests,
        requestsPerSecond: (result.requests / result.milliseconds) * 1000,
        p50: result.p50,
        p99: result.p99,
      };
    };
    // By requests, not by time: a slow variant on a busy machine needs as many to be compiled as a fast one.
    for (const variant of variants)
      await look(variant, { connections: 50, milliseconds: 60_000, requests: warmUpRequests });
    for (let round = 1; round <= rounds; round++) {
      for (const count of shuffled(connections)) {
        for (const variant of shuffled(variants)) {
          const key = keyOf(variant.name, count);
          const sample = await look(variant, { connections: count, milliseconds });
          samples.set(key, [...(samples.get(key) ?? []), sample]);
        }
      }
      console.log(`round ${String(round)} of ${String(rounds)}`);
    }
  } finally {
    await Promise.all([loader, upstream, ...servers.values()].map(each => each.stop()));
  }
  return variants.flatMap(variant =>
    connections.map(count => {
      const own = samples.get(keyOf(variant.name, count)) ?? [];
      const floor = samples.get(keyOf(variant.floor, count)) ?? [];
      const of = (key: keyof Sample): number => median(own.map(each => each[key]));
      return {
        variant,
        connections: count,
        cpuMicros: of('cpuMicros'),
        guardMicros: median(own.map((each, round) => each.cpuMicros - (floor[round]?.cpuMicros ?? 0))),
        requestsPerSecond: of('requestsPerSecond'),
        p50: of('p50'),
        p99: of('p99'),
      };
    }),
  );
}

function keyOf(name: string, connections: number): string {
  return `${name} ${String(connections)}`;
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map(item => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/** The middle of the values; between the middle two where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}
