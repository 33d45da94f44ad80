import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { soak, SOAK_DEADLINE_MS, SOAK_MAX_SOCKETS } from './soak.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    transport: { type: 'string', default: 'axios' },
  },
});
const report = await soak({
  seconds: Number(values.seconds),
  clients: Number(values.clients),
  seed: Number(values.seed),
  transport: values.transport === 'undici' ? 'undici' : 'axios',
});
console.log(report);

assert.deepEqual(report.wrongAcceptances, [], 'somebody was let through without a yes');
assert.deepEqual(report.unhandledRejections, []);
for (const [provider, count] of Object.entries(report.accepted))
  assert(count > 0, `${provider} accepted nobody`);
assert.equal(report.statuses[500], undefined, 'a request ended in a 500');
// Server and clients share this process, so a busy event loop makes every timer late.
const allowedMs = SOAK_DEADLINE_MS + 100 + report.loopDelayMs;
assert(report.slowestMs <= allowedMs, `${report.slowestMs.toFixed(0)} ms, allowed ${allowedMs.toFixed(0)}`);
assert(report.mostSockets <= SOAK_MAX_SOCKETS, `${String(report.mostSockets)} sockets`);
assert.equal(report.socketsAfterwards, 0);
assert(report.heapBefore > 0, 'run with --expose-gc');
assert(report.heapAfter <= report.heapBefore * 1.1 + 2 ** 20, 'the heap grows');
console.log('holds');
