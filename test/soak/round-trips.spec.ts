import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { JOURNEYS } from '../../bench/scale/journeys.js';
import { Ledger } from '../../bench/scale/ledger.js';
import { load } from '../../bench/scale/load.js';
import { Shop } from '../../bench/scale/shop.js';
import { Stage } from '../../bench/scale/stage.js';
import { describeWithRedis } from '../support/redis-server.js';
import { BenchBuild } from './bench-build.js';

/** The number of answers of the store that follow one another, by case. */
const MORE: Readonly<Record<string, number>> = {
  'remembered code: guess': 4, // read the code, count the guess, use the code up, remember
  'remembered once: used by another': 4, // the last one is a second look, some time later
};

describeWithRedis('two instances on one Redis', () => {
  let build: BenchBuild;
  beforeAll(() => {
    build = new BenchBuild();
  });
  afterAll(() => {
    build.remove();
  });

  it('wait for it at most three times in a row', async () => {
    const stage = await Stage.start(1, build.instance);
    const [shop, ledger] = [new Shop(stage.urls, 0), new Ledger()];
    try {
      await load(shop, ledger, { clients: 1, isOver: made => made >= 2 * JOURNEYS.length });
      expect([...ledger.wronglyPassed, ...ledger.wronglyRefused]).toEqual([]);
      const trips = await stage.roundTrips();
      expect(trips.size).toBeGreaterThan(10);
      for (const [step, { mostInARow }] of trips)
        expect([step, mostInARow <= (MORE[step] ?? 3)]).toEqual([step, true]);
    } finally {
      await shop.close();
      await stage.stop();
    }
  }, 60_000);
});
