import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { InMemoryStateStore, type StateStore } from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { ALL_BUT_DATE } from '../support/all-but-date.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { DEFAULT_CLIENTS, type Connection } from './redis-connections.js';

jest.setTimeout(30_000); // starts a server

const LONG = 60_000;

describeWithRedis('what RedisStateStore keeps in Redis', () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  describe.each(Object.entries(DEFAULT_CLIENTS))('through %s', (_, connect) => {
    let connection: Connection;
    let store: RedisStateStore;

    beforeAll(async () => {
      connection = await connect(server);
      store = new RedisStateStore(connection.client);
    });
    afterAll(() => {
      connection.close();
    });

    async function useAll(of: StateStore): Promise<void> {
      await of.set('set', 'v', LONG);
      await of.setIfAbsent('once', 'v', LONG);
      await of.increment('count', LONG);
      await of.take({ key: 'bucket', capacity: 3, refillMs: LONG });
      await of.put('named', 'name', 'v', LONG);
      await of.set('gone', 'v', LONG);
      await of.delete('gone');
    }

    it.each([
      ['nestjs-verification:', {}],
      ['shop:', { keyPrefix: 'shop:' }],
      ['{shop}', { keyPrefix: '{shop}' }],
      ['', { keyPrefix: '' }],
    ])('begins every key with "%s" for %j', async (prefix, options) => {
      await useAll(new RedisStateStore(connection.client, options));
      expect((await redis.keys('*')).sort()).toEqual(
        ['bucket', 'count', 'named', 'once', 'set'].map(name => prefix + name),
      );
    });

    it('leaves alone what others keep under the same names', async () => {
      const names = ['set', 'once', 'count', 'gone', 'bucket', 'named'];
      await redis.mset(Object.fromEntries(names.map(name => [name, 'theirs'])));
      await useAll(store);
      await store.delete('set');
      await expect(redis.mget(names)).resolves.toEqual(names.map(() => 'theirs'));
    });

    it('keeps nothing longer than asked', async () => {
      await useAll(store);
      await store.increment('count', LONG);
      for (const key of await redis.keys('*')) {
        const left = await redis.pttl(key);
        expect(left).toBeGreaterThan(LONG / 2);
        expect(left).toBeLessThanOrEqual(LONG);
      }
    });

    it('lets no counter count for ever, whoever took its expiry', async () => {
      await store.increment('count', LONG);
      await redis.persist('nestjs-verification:count');
      await expect(store.increment('count', LONG)).resolves.toBe(2);
      expect(await redis.pttl('nestjs-verification:count')).toBeGreaterThan(0);
    });

    it('keeps a bucket until it is full, and nothing of a full one', async () => {
      const bucket = { key: 'bucket', capacity: 3, refillMs: LONG };
      await store.take(bucket);
      await store.take(bucket);
      const left = await redis.pttl('nestjs-verification:bucket');
      expect(left).toBeGreaterThan(1.5 * LONG);
      expect(left).toBeLessThanOrEqual(2 * LONG);
      await store.take(bucket, 0);
      for (let index = 0; index < 3; index++) await store.take(bucket, -1);
      await expect(redis.exists('nestjs-verification:bucket')).resolves.toBe(0);
    });

    it('lets nobody wait for longer than one takes, whatever another clock wrote', async () => {
      const bucket = { key: 'bucket', capacity: 3, refillMs: LONG };
      await redis.set('nestjs-verification:bucket', String(Date.now() + 1000 * LONG));
      await expect(store.take(bucket)).resolves.toBe(LONG);
      await redis.set('nestjs-verification:bucket', '5');
      await expect(store.take(bucket)).resolves.toBe(0);
    });

    it('counts by the clock of Redis, whatever that of an instance says', async () => {
      const bucket = { key: 'bucket', capacity: 1, refillMs: LONG };
      await store.take(bucket);
      jest.useFakeTimers({ now: Date.now() + 10 * LONG, doNotFake: [...ALL_BUT_DATE] });
      try {
        await expect(store.take(bucket)).resolves.toBeGreaterThan(LONG / 2);
      } finally {
        jest.useRealTimers();
      }
    });

    it('lets no entries stay for ever, whoever took their expiry', async () => {
      await store.put('named', 'a', '1', LONG);
      await redis.persist('nestjs-verification:named');
      await store.put('named', 'b', '1', LONG);
      expect(await redis.pttl('nestjs-verification:named')).toBeGreaterThan(0);
    });

    it('reads no bucket and no entries in a key of another kind', async () => {
      await redis.set('nestjs-verification:text', 'not a number');
      const bucket = { key: 'text', capacity: 1, refillMs: LONG };
      for (const count of [1, 0, -1] as const) await expect(store.take(bucket, count)).rejects.toThrow();
      await expect(store.put('text', 'a', '1', LONG)).rejects.toThrow();
      await expect(store.entries('text')).rejects.toThrow();
      await expect(redis.get('nestjs-verification:text')).resolves.toBe('not a number');
      await store.put('named', 'a', '1', LONG);
      await expect(store.take({ ...bucket, key: 'named' })).rejects.toThrow();
    });

    it('does not count on in a key of another kind', async () => {
      await redis.rpush('nestjs-verification:list', '1');
      await expect(store.increment('list', LONG)).rejects.toThrow();
      await expect(store.get('list')).rejects.toThrow();
      await expect(store.setIfAbsent('list', 'v', LONG)).resolves.toBe(false);
    });
  });

  it('does whatever is asked as memory does', async () => {
    const commands = fc.array(
      fc.tuple(
        fc.constantFrom(...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])),
        fc.constantFrom('a', 'b'),
        fc.constantFrom('', '0', '7', '07', 'x'),
      ),
      { minLength: 5, maxLength: 30 },
    );
    const store = new RedisStateStore(redis);
    await fc.assert(
      fc.asyncProperty(commands, async asked => {
        await redis.flushall();
        const memory = new InMemoryStateStore();
        for (const [command, key, value] of asked)
          expect(await answer(store, command, key, value)).toEqual(await answer(memory, command, key, value));
      }),
      { numRuns: 200 },
    );
  });
});

const bucketOf = (key: string) => ({ key: `bucket ${key}`, capacity: 2, refillMs: 60 * LONG });
type Command = (store: StateStore, key: string, value: string) => Promise<unknown>;
const COMMANDS = {
  get: (store, key) => store.get(key),
  set: (store, key, value) => store.set(key, value, LONG),
  setIfAbsent: (store, key, value) => store.setIfAbsent(key, value, LONG),
  increment: (store, key) => store.increment(key, LONG),
  delete: (store, key) => store.delete(key),
  put: (store, key, value) => store.put(key, value, value, LONG),
  entries: (store, key) => store.entries(key),
  take: async (store, key) => (await store.take(bucketOf(key))) > 0,
  look: async (store, key) => (await store.take(bucketOf(key), 0)) > 0,
  giveBack: (store, key) => store.take(bucketOf(key), -1),
} satisfies Record<string, Command>;

async function answer(
  store: StateStore,
  name: keyof typeof COMMANDS,
  ...about: [string, string]
): Promise<unknown> {
  try {
    return await (COMMANDS[name] as Command)(store, ...about);
  } catch {
    return 'refused';
  }
}
