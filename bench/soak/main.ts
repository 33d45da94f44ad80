import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { resultsPage } from './results-page.js';
import { startServerProcess } from './server-processes.js';
import { soak, SOAK_DEADLINE_MS, SOAK_MAX_SOCKETS } from './soak.js';

/** The share by which a flat heap may seem to grow while it is measured. */
const HEAP_GROWTH = 0.05;
/** A run of ten minutes is kept. */
const LONG_SECONDS = 600;
const TRANSPORTS = ['axios', 'undici'] as const;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    failover: { type: 'string', default: '10' },
  },
});
const seconds = Number(values.seconds);
const report = await soak({
  seconds,
  clients: Number(values.clients),
  seed: Number(values.seed),
  transports: TRANSPORTS,
  failoverEveryMs: Number(values.failover) * 1000,
  phases: 12,
  startServer: startServerProcess,
});
console.dir(report, { depth: null });

assert.deepEqual(report.wrong, [], 'somebody was let through against the rules');
for (const route of ['checkify', 'engagelab', 'humanproof', 'verifyid', 'once', 'code', 'member'])
  assert((report.accepted[route] ?? 0) > 0, `${route} accepted nobody`);
for (const reply of Object.keys(report.statuses))
  assert.match(reply, /^(?!.* 500)\w+ (200|403|429|503)$/, 'an unexpected status');
for (const { transport, unhandledRejections, late, heap, heapSlope } of report.instances) {
  assert.deepEqual(unhandledRejections, []);
  assert.deepEqual(
    late,
    [],
    `${transport}: later than ${String(SOAK_DEADLINE_MS + 100)} ms and the event loop`,
  );
  const [first, last] = [heap[0], heap.at(-1)];
  assert(first !== undefined && last !== undefined && first.bytes > 0, 'run with --expose-gc');
  const grownBytes = (heapSlope * (last.requests - first.requests)) / 10_000;
  assert(
    grownBytes <= first.bytes * HEAP_GROWTH,
    `${transport}: the heap grows by ${grownBytes.toFixed(0)} bytes`,
  );
}
assert(report.mostSockets <= TRANSPORTS.length * SOAK_MAX_SOCKETS, `${String(report.mostSockets)} sockets`);
assert.equal(report.socketsAfterwards, 0);
console.log('holds');
if (seconds >= LONG_SECONDS)
  writeFileSync(
    new URL('../../../bench/results-soak.md', import.meta.url),
    resultsPage(report, ['npm run soak --', ...process.argv.slice(2)].join(' ')),
  );
