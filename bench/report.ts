import { cpus } from 'node:os';
import type { Bar } from './chart.js';
import type { Effort, Measurement } from './guard-cost/guard-cost.js';
import type { StoreCost, WaitingCost } from './memory.js';
import { canPin } from './pinned.process.js';

/** Everything that was measured. */
export interface Figures {
  readonly effort: Effort;
  readonly guardCost: readonly Measurement[];
  readonly guardOnly: ReadonlyMap<string, number>;
  readonly waiting: readonly WaitingCost[];
  readonly store: StoreCost;
}

/** A ratio that we promise ourselves, on every number of connections. */
interface Goal {
  readonly title: string;
  readonly ours: string;
  readonly theirs: string;
  readonly atMost: number;
}

const GOALS: readonly Goal[] = [
  ...['express', 'fastify'].map(adapter => ({
    title: `transport 'axios' / @nestlab/google-recaptcha (${adapter})`,
    ours: `nest12-${adapter}-axios`,
    theirs: 'nest11-recaptcha',
    atMost: 0.4,
  })),
  ...['express', 'fastify'].map(adapter => ({
    title: `transport 'undici' / hand-written undici (${adapter})`,
    ours: `nest12-${adapter}-undici`,
    theirs: `nest12-${adapter}-handwritten`,
    atMost: 1.25,
  })),
];

/** The figures as a page. */
export function page({ effort, guardCost, guardOnly, waiting, store }: Figures): string {
  const at = (name: string, connections: number): Measurement | undefined =>
    guardCost.find(each => each.variant.name === name && each.connections === connections);
  const costs = guardCost.map(
    ({ variant, connections, cpuMicros, guardMicros, requestsPerSecond, p50, p99 }) => {
      const peer = at('nest11-recaptcha', connections)?.guardMicros;
      const isFloor = variant.name === variant.floor;
      return [
        variant.title,
        connections,
        cpuMicros.toFixed(0),
        isFloor ? '–' : guardMicros.toFixed(0),
        isFloor || peer === undefined ? '–' : (guardMicros / peer).toFixed(2),
        requestsPerSecond.toFixed(0),
        p50.toFixed(1),
        p99.toFixed(1),
      ];
    },
  );
  const goals = GOALS.flatMap(({ title, ours, theirs, atMost }) =>
    effort.connections.flatMap(connections => {
      const [own, other] = [at(ours, connections), at(theirs, connections)];
      if (own === undefined || other === undefined) return [];
      return [
        [title, connections, (own.guardMicros / other.guardMicros).toFixed(2), `≤ ${atMost.toFixed(2)}`],
      ];
    }),
  );
  return `# Benchmark

Made by \`npm run bench\`: Node ${process.version.slice(1)} on ${String(cpus().length)} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${canPin ? 'server pinned to one core, clients and provider stand-in to another' : 'nothing pinned'}; ${String(effort.rounds)} rounds of ${String(effort.milliseconds)} ms per variant in shuffled order, medians. The provider's stand-in answers at once over loopback, so that the network's time is not in the figures.

**CPU** is the CPU time of the server process per request. **Guard cost** is what a request takes beyond the same application without a guard; compare ratios, because the rest depends on the machine.

## Guard cost

${table(['variant', 'connections', 'CPU µs', 'guard cost µs', '/ google-recaptcha', 'requests/s', 'p50 ms', 'p99 ms'], costs)}

${table(['ratio of guard costs', 'connections', 'measured', 'goal'], goals)}

## The guard by itself

No HTTP server and no network; the context is as Nest makes it.

${table(
  ['', 'CPU µs'],
  [...guardOnly].map(([title, micros]) => [title, micros.toFixed(1)]),
)}

## Waiting on a provider that says nothing

${table(
  [
    'transport',
    'waiting',
    'heap bytes each',
    'RSS bytes each',
    'sockets',
    'held beyond the deadline, ms',
    'bytes left each',
  ],
  waiting.map(each => [
    each.transport,
    each.waiting,
    each.heapBytesEach.toFixed(0),
    each.rssBytesEach.toFixed(0),
    each.sockets,
    each.releasedAfterMs.toFixed(0),
    each.leftBytesEach.toFixed(0),
  ]),
)}

## A flood of keys into the state store in memory

${String(store.keys)} distinct keys, half values and half counters: ${store.megabytes.toFixed(0)} MB kept, ${store.microsEach.toFixed(2)} µs each, ${String(store.refused)} counters refused because the store was full.
`;
}

/**
 * How far the undecorated route is from the application without a guard, as a share of the latter, at worst. The two
 * do the same work, so that this is the error of everything else.
 */
export function noise(guardCost: readonly Measurement[]): number {
  const controls = guardCost.filter(({ variant }) => variant.name.endsWith('-undecorated'));
  return Math.max(
    ...controls.map(({ guardMicros, cpuMicros }) => Math.abs(guardMicros) / (cpuMicros - guardMicros)),
  );
}

/** The bars of the chart: guard costs at 50 connections. */
export function bars(guardCost: readonly Measurement[]): Bar[] {
  const shown: Readonly<Record<string, string>> = {
    'nest12-fastify-undici': "ours, transport 'undici' (Fastify)",
    'nest12-express-undici': "ours, transport 'undici' (Express)",
    'nest12-express-handwritten': 'hand-written undici guard (Express)',
    'nest12-fastify-axios': 'ours, default transport (Fastify)',
    'nest12-express-axios': 'ours, default transport (Express)',
    'nest11-recaptcha': '@nestlab/google-recaptcha (Express)',
    'nest11-turnstile': 'nest-cloudflare-turnstile (Express)',
    'nest12-express-httpservice': 'hand-written HttpService guard (Express)',
    'express-fetch': "Checkify's example with fetch (plain Express)",
  };
  return guardCost
    .filter(({ variant, connections }) => connections === 50 && variant.name in shown)
    .map(({ variant, guardMicros }) => ({
      title: shown[variant.name] ?? '',
      value: guardMicros,
      ours: shown[variant.name]?.startsWith('ours') === true,
    }))
    .sort((a, b) => a.value - b.value);
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}
