import { expect, it } from '@jest/globals';
import { soak, SOAK_DEADLINE_MS, SOAK_MAX_SOCKETS } from '../../bench/soak/soak.js';

it.each(['axios', 'undici'] as const)(
  'lets nobody through without a yes, and answers everybody in time, over %s',
  async transport => {
    const report = await soak({ seconds: 1.5, clients: 100, seed: 7, transport });
    expect(report.wrongAcceptances).toEqual([]);
    expect(report.unhandledRejections).toEqual([]);
    expect(Object.values(report.accepted).every(count => count > 0)).toBe(true);
    expect(Object.keys(report.statuses).filter(status => !['200', '403', '503'].includes(status))).toEqual(
      [],
    );
    expect(Object.values(report.faults).reduce((sum, count) => sum + count)).toBeGreaterThan(0);
    expect(report.slowestMs).toBeLessThan(SOAK_DEADLINE_MS + 3000);
    expect(report.mostSockets).toBeLessThanOrEqual(SOAK_MAX_SOCKETS);
    expect(report.socketsAfterwards).toBe(0);
  },
  20_000,
);
