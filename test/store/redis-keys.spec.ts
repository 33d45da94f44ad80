import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { InMemoryStateStore, type StateStore } from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
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
      expect((await redis.keys('*')).sort()).toEqual(['count', 'once', 'set'].map(name => prefix + name));
    });

    it('leaves alone what others keep under the same names', async () => {
      await redis.mset({ set: 'theirs', once: 'theirs', count: 'theirs', gone: 'theirs' });
      await useAll(store);
      await store.delete('set');
      await expect(redis.mget('set', 'once', 'count', 'gone')).resolves.toEqual(Array(4).fill('theirs'));
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
        fc.constantFrom('get', 'set', 'setIfAbsent', 'increment', 'delete'),
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
        for (const command of asked)
          expect(await answer(store, command)).toEqual(await answer(memory, command));
      }),
      { numRuns: 200 },
    );
  });
});

type Command = ['get' | 'set' | 'setIfAbsent' | 'increment' | 'delete', string, string];

async function answer(store: StateStore, [operation, key, value]: Command): Promise<unknown> {
  try {
    if (operation === 'set' || operation === 'setIfAbsent') return await store[operation](key, value, LONG);
    return await (operation === 'increment' ? store.increment(key, LONG) : store[operation](key));
  } catch {
    return 'refused';
  }
}
