import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemoryStateStore, StateStore, VerificationModule } from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { State } from '../../lib/src/store/state.js';
import { optionsFor } from '../support/answering.js';
import { boot } from '../support/application.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { StubServer } from '../support/stub-server.js';
import { DEFAULT_CLIENTS } from './redis-connections.js';
import { conformsToStateStore } from './state-store-conformance.js';

type Five = Pick<StateStore, 'get' | 'set' | 'setIfAbsent' | 'increment' | 'delete'>;

/** A store with five operations. The library adds the others. */
class FiveOperations extends StateStore {
  constructor(private readonly kept: Five) {
    super();
  }
  get(key: string): Promise<string | undefined> {
    return this.kept.get(key);
  }
  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.kept.set(key, value, ttlMs);
  }
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.kept.setIfAbsent(key, value, ttlMs);
  }
  increment(key: string, ttlMs: number): Promise<number> {
    return this.kept.increment(key, ttlMs);
  }
  delete(key: string): Promise<void> {
    return this.kept.delete(key);
  }
}

/** A store that does not extend `StateStore`. */
function fiveFunctions(kept: Five): Five {
  return {
    get: key => kept.get(key),
    set: (key, value, ttlMs) => kept.set(key, value, ttlMs),
    setIfAbsent: (key, value, ttlMs) => kept.setIfAbsent(key, value, ttlMs),
    increment: (key, ttlMs) => kept.increment(key, ttlMs),
    delete: key => kept.delete(key),
  };
}

describe('a store of five operations in memory', () => {
  conformsToStateStore(
    () => {
      const kept = new InMemoryStateStore();
      return Promise.resolve({
        stores: [new FiveOperations(kept), new FiveOperations(kept)],
        close: () => undefined,
      });
    },
    { losesPuts: true },
  );
});

describeWithRedis('a store of five operations in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformsToStateStore(
    async () => {
      const [first, second] = [
        await DEFAULT_CLIENTS['ioredis']!(server),
        await DEFAULT_CLIENTS['node-redis']!(server),
      ];
      return {
        stores: [
          new FiveOperations(new RedisStateStore(first.client)),
          new FiveOperations(new RedisStateStore(second.client)),
        ],
        close: () => {
          first.close();
          second.close();
        },
      };
    },
    { losesPuts: true },
  );
});

it.each([
  ['extends StateStore', (kept: Five) => new FiveOperations(kept)],
  ['has five functions and nothing else', (kept: Five) => fiveFunctions(kept) as unknown as StateStore],
])('an application boots with a store that %s, and counts with it', async (_, make) => {
  const stub = await StubServer.start();
  const store = make(new InMemoryStateStore());
  const { app, logger } = await boot('express', {
    imports: [VerificationModule.forRoot(optionsFor(stub, { store }))],
  });
  const state = app.get(State, { strict: false });
  const bucket = { key: 'bucket', capacity: 2, refillMs: 24 * 60 * 60_000 };
  const taken = [await state.take(bucket), await state.take(bucket)];
  expect(taken.map(({ waitMs }) => waitMs)).toEqual([0, 0]);
  expect((await state.take(bucket)).waitMs).toBeGreaterThan(0);
  await taken[0]?.giveBack?.();
  await expect(state.waitFor(bucket)).resolves.toBe(0);
  await state.put('named', 'a', '1', 1000);
  await expect(state.entries('named')).resolves.toEqual(new Map([['a', '1']]));
  await expect(state.probe()).resolves.toBe(true);
  expect(logger.lines).toEqual([]);
  await app.close();
  await stub.stop();
});
