import { expect, it } from '@jest/globals';
import {
  soak,
  SOAK_DEADLINE_MS,
  SOAK_MAX_SOCKETS,
  type SoakOptions,
  type SoakReport,
} from '../../bench/soak/soak.js';
import { describeWithRedis } from '../support/redis-server.js';

const BUSY_MS = 3000;

async function soaked(options: SoakOptions): Promise<SoakReport> {
  const report = await soak(options);
  expect(report.wrong).toEqual([]);
  expect(Object.values(report.accepted).every(count => count > 0)).toBe(true);
  expect(Object.keys(report.statuses).filter(reply => !/ (200|403|429|503)$/.test(reply))).toEqual([]);
  expect(Object.values(report.faults).reduce((sum, count) => sum + count)).toBeGreaterThan(0);
  for (const { unhandledRejections, slowestMs } of report.instances) {
    expect(unhandledRejections).toEqual([]);
    expect(slowestMs).toBeLessThan(SOAK_DEADLINE_MS + BUSY_MS);
  }
  expect(report.mostSockets).toBeLessThanOrEqual(options.transports.length * SOAK_MAX_SOCKETS);
  expect(report.socketsAfterwards).toBe(0);
  return report;
}

it.each(['axios', 'undici'] as const)(
  'lets nobody through without a yes, and answers everybody in time, over %s',
  async transport => {
    const report = await soaked({ seconds: 1.5, clients: 100, seed: 7, transports: [transport] });
    expect(Object.keys(report.accepted).sort()).toEqual(['checkify', 'engagelab', 'humanproof', 'verifyid']);
  },
  20_000,
);

describeWithRedis('two instances on a Redis that fails over', () => {
  it('let no proof and no code pass twice, unless Redis lost what it had confirmed', async () => {
    const atLeast = { accepted: ['once', 'code', 'member'], failovers: 4 };
    const report = await soaked({
      seconds: 3,
      clients: 60,
      seed: 7,
      transports: ['axios', 'undici'],
      failoverEveryMs: 300,
      atLeast,
    });
    expect(Object.keys(report.accepted)).toEqual(expect.arrayContaining(atLeast.accepted));
    expect(Object.keys(report.failovers).sort()).toEqual(['crash', 'hanging', 'lagging', 'planned']);
  }, 90_000);
});
