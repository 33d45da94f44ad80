import type { Figures } from './figures.js';
import { figure, range, table } from './markdown-table.js';

/** Requests that wait. */
export function waitingSection({ waiting }: Figures): string {
  if (waiting.length === 0) return '';
  const head = [
    'transport',
    'waiting',
    'heap bytes each',
    'RSS bytes each',
    'sockets',
    'held beyond the deadline, ms',
    'bytes left each',
  ];
  const rows = waiting.map(each => [
    each.title,
    each.waiting,
    range(each.heapBytesEach, 0),
    range(each.rssBytesEach, 0),
    range(each.sockets, 0),
    range(each.heldMs, 0),
    range(each.leftBytesEach, 0),
  ]);
  return `## Waiting on a provider that never replies

${table(head, rows)}
`;
}

/** A full store. */
export function storeSection({ store }: Figures): string {
  if (store === undefined) return '';
  const { keys, megabytes, microsEach, refused } = store;
  return `## A flood of keys into the state store in memory

The store was given ${keys} distinct keys, half values and half counters. It kept ${figure(megabytes, 0)} MB, took ${figure(microsEach, 2)} µs for each, and refused ${refused} counters because it was full.
`;
}
