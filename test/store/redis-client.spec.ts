import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, StateStore } from 'nestjs-verification';
import { RedisStateStore, type RedisClient } from 'nestjs-verification/redis';

const never = (): Promise<never> => new Promise(() => undefined);

/** Each operation, once. */
const ASK = {
  get: (store: StateStore) => store.get('key'),
  set: (store: StateStore) => store.set('key', 'value', 1000),
  setIfAbsent: (store: StateStore) => store.setIfAbsent('key', 'value', 1000),
  increment: (store: StateStore) => store.increment('key', 1000),
  delete: (store: StateStore) => store.delete('key'),
  take: (store: StateStore) => store.take({ key: 'key', capacity: 1, refillMs: 1000 }),
  put: (store: StateStore) => store.put('key', 'name', 'value', 1000),
  entries: (store: StateStore) => store.entries('key'),
};

/** A client that answers everything with one reply, as no Redis does. */
function giving(reply: unknown): RedisClient {
  const give = (): Promise<unknown> => Promise.resolve(reply);
  return { sendCommand: give, get: give, set: give, del: give, eval: give };
}

it('is a StateStore of the main entry', () => {
  expect(new RedisStateStore(giving('OK'))).toBeInstanceOf(StateStore);
});

it.each([
  ['nothing', undefined],
  ['null', null],
  ['a URL', 'redis://localhost'],
  ['options', { host: 'localhost', port: 6379 }],
  ['a Map', new Map()],
  ['the library', { createClient: () => undefined }],
  ['something without a way to send', { get: never, set: never, del: never, eval: never }],
  ['something without scripts', { get: never, set: never, del: never, sendCommand: never }],
])('refuses %s for a client, and says what to pass', (_, client) => {
  const make = () => new RedisStateStore(client as unknown as RedisClient);
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow(/new Redis\(\).*createClient\(\)/);
});

it.each([null, 5, {}])('refuses %j for a prefix', keyPrefix => {
  const make = () => new RedisStateStore(giving('OK'), { keyPrefix: keyPrefix as unknown as string });
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow(/keyPrefix/);
});

// As from node-redis 4 in legacy mode, whose promises are none, or from a client that maps types to others.
describe('believes no reply that Redis does not give', () => {
  const odd: readonly unknown[] = [undefined, true, false, {}, [], Buffer.from('OK'), Symbol('OK'), NaN];
  type Operation = keyof typeof ASK;
  const cases: Readonly<Record<Operation, readonly unknown[]>> = {
    get: [...odd, 0, 1],
    set: [...odd, null, 'QUEUED', '', 0, 1],
    setIfAbsent: [...odd, 'QUEUED', '', 'ok', 0, 1],
    increment: [...odd, null, 'OK', '', 'x', 0, -1, 1.5, Infinity, 2 ** 53],
    delete: [...odd, null, 'OK', '', -1, 1.5],
    take: [...odd, null, 'OK', '', 'x', -1, 1.5, Infinity, 2 ** 53],
    put: [...odd, null, 'OK', 0, -1],
    entries: [
      ...odd.filter(reply => !Array.isArray(reply)),
      null,
      'OK',
      1,
      ['name'],
      ['name', null],
      ['name', 1],
      [Buffer.from('name'), 'value'],
      [['name', 'value']],
      new Map([['name', 'value']]),
    ],
  };

  describe.each(Object.keys(cases) as Operation[])('%s', operation => {
    it.each(cases[operation].map(reply => [reply]))('%p', async reply => {
      const store = new RedisStateStore(giving(reply));
      await expect(ASK[operation](store)).rejects.toThrow();
    });
  });

  it('and repeats none, which may be what somebody stored', async () => {
    const store = new RedisStateStore(giving({ secret: 'hush' }));
    await expect(store.get('key')).rejects.not.toThrow(/hush/);
  });
});

it.each([new Error('lost'), new TypeError('bug')])('passes on what the client throws: %p', async error => {
  const fail = (): Promise<never> => Promise.reject(error);
  const store = new RedisStateStore({ sendCommand: fail, get: fail, set: fail, del: fail, eval: fail });
  for (const ask of Object.values(ASK)) await expect(ask(store)).rejects.toBe(error);
});
