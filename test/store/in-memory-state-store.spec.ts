import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError, InMemoryStateStore } from 'nestjs-verification';
import { keyBeside, stateKey } from '../../lib/src/store/state-key.js';
import { conformsToStateStore } from './state-store-conformance.js';

describe('InMemoryStateStore', () => {
  let time: number;
  let store: InMemoryStateStore;

  beforeEach(() => {
    time = 1_000_000;
    store = new InMemoryStateStore({ now: () => time, maxEntries: 1000 });
  });

  conformsToStateStore(() => {
    const shared = new InMemoryStateStore();
    return Promise.resolve({ stores: [shared, shared], close: () => undefined });
  });

  it('keeps everything for its time, and not a millisecond longer', async () => {
    await store.set('set', '1', 100);
    await store.setIfAbsent('once', '1', 100);
    await store.increment('count', 100);
    time += 99;
    for (const key of ['set', 'once', 'count']) await expect(store.get(key)).resolves.toBe('1');
    await expect(store.setIfAbsent('once', 'again', 100)).resolves.toBe(false);
    await expect(store.increment('count', 100)).resolves.toBe(2);
    time += 1;
    for (const key of ['set', 'once', 'count']) await expect(store.get(key)).resolves.toBeUndefined();
    await expect(store.setIfAbsent('once', 'again', 100)).resolves.toBe(true);
    await expect(store.increment('count', 100)).resolves.toBe(1);
  });

  it('keeps no process alive', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter(resource => /Timeout|Immediate/.test(resource)).length;
    const before = timers();
    const real = new InMemoryStateStore();
    await real.set('set', 'v', 60_000);
    await real.setIfAbsent('once', 'v', 60_000);
    await real.increment('count', 60_000);
    expect(timers()).toBe(before);
  });

  it.each([0, -1, 0.5, NaN, Infinity, '1000', null])('refuses a bound of %p, and says why', maxEntries => {
    const make = () => new InMemoryStateStore({ maxEntries: maxEntries as number });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/maxEntries/);
  });

  it('a full store makes room for what grants by its oldest, not by what refuses', async () => {
    await store.increment('counter', 10_000);
    for (let index = 0; index < 1500; index++) await store.set(`k${String(index)}`, 'v', 10_000);
    await expect(store.get('k0')).resolves.toBeUndefined();
    await expect(store.get('k499')).resolves.toBeUndefined();
    await expect(store.get('k600')).resolves.toBe('v');
    await expect(store.get('k1499')).resolves.toBe('v');
    await expect(store.get('counter')).resolves.toBe('1');
  });

  it('a full store refuses a new counter rather than forget another', async () => {
    for (let index = 0; index < 1000; index++) await store.increment(`k${String(index)}`, 10_000);
    await expect(store.increment('new', 10_000)).rejects.toThrow(/full/);
    await expect(store.setIfAbsent('new', 'v', 10_000)).rejects.toThrow(/full/);
    await expect(store.increment('k0', 10_000)).resolves.toBe(2);
    await expect(store.set('grant', 'v', 10_000)).resolves.toBeUndefined();
    time += 10_000;
    await expect(store.increment('new', 10_000)).resolves.toBe(1);
  });

  it('a flood of keys stays inside the bound, and gives nobody another guess', async () => {
    store = new InMemoryStateStore({ now: () => time, maxEntries: 2_000 });
    for (let guess = 0; guess < 5; guess++) await store.increment('victim', 600_000);
    let refused = 0;
    const refuse = (): void => {
      refused++;
    };
    for (let index = 0; index < 20_000; index++) {
      if (index % 5 > 0) void store.set(`g${String(index)}`, 'v', 600_000);
      else store.increment(`r${String(index)}`, 600_000).catch(refuse);
    }
    await new Promise(setImmediate);
    const granted = await kept(20_000, index => store.get(`g${String(index)}`));
    expect(granted).toBeLessThanOrEqual(2_000);
    expect(granted).toBeGreaterThan(1_800);
    expect(await kept(20_000, index => store.get(`r${String(index)}`))).toBe(1_999);
    expect(refused).toBe(4_000 - 1_999); // the victim's counter has its place
    await expect(store.increment('victim', 600_000)).resolves.toBe(6);
  });

  describe('divides its room by area', () => {
    const flooded = (index: number) => stateKey('', 'flooded', String(index));
    const quiet = stateKey('', 'quiet', 'a');

    it('a flood of what refuses in one area refuses nothing in another', async () => {
      for (let index = 0; index < 1000; index++) await store.setIfAbsent(flooded(index), '1', 10_000);
      await expect(store.setIfAbsent(flooded(1000), '1', 10_000)).rejects.toThrow(/full/);
      await expect(store.setIfAbsent(quiet, '1', 10_000)).resolves.toBe(true);
      await expect(store.increment(keyBeside(quiet, 'count'), 10_000)).resolves.toBe(1);
    });

    it('a flood of what grants in one area evicts nothing of another', async () => {
      await store.set(quiet, 'v', 10_000);
      await store.put(keyBeside(quiet, 'named'), 'a', '1', 10_000);
      for (let index = 0; index < 3000; index++) {
        await store.set(flooded(index), 'v', 10_000);
        await store.put(flooded(-index - 1), 'a', '1', 10_000);
      }
      await expect(store.get(quiet)).resolves.toBe('v');
      await expect(store.entries(keyBeside(quiet, 'named'))).resolves.toEqual(new Map([['a', '1']]));
      expect(await kept(3000, index => store.get(flooded(index)))).toBeLessThanOrEqual(1000);
    });

    it('keys of too many areas share the last room, and are bounded, too', async () => {
      store = new InMemoryStateStore({ now: () => time, maxEntries: 1 });
      const areas = Array.from({ length: 2000 }, (_, index) => stateKey('', String(index), ''));
      for (const key of areas) await store.set(key, 'v', 10_000);
      expect(await kept(2000, index => store.get(areas[index]!))).toBeLessThanOrEqual(257);
    });
  });

  it('what voids stays longer than what it voids: a mark that is set again goes on refusing', async () => {
    await store.setIfAbsent('mark', 'first', 10_000);
    await store.set('mark', 'second', 20_000);
    for (let index = 0; index < 5000; index++) await store.set(`receipt${String(index)}`, 'v', 10_000);
    await expect(store.get('mark')).resolves.toBe('second');
    time += 15_000;
    await expect(store.get('mark')).resolves.toBe('second');
  });

  it('what is put is younger than what was set before it: an index outlives its receipts', async () => {
    await store.put('index', 'a', '1', 10_000);
    await store.set('receipt', 'v', 10_000);
    await store.put('index', 'b', '1', 10_000);
    for (let index = 0; (await store.get('receipt')) !== undefined; index++) {
      expect((await store.entries('index')).size).toBe(2);
      await store.set(`flood${String(index)}`, 'v', 10_000);
    }
    await expect(store.entries('index')).resolves.toEqual(
      new Map([
        ['a', '1'],
        ['b', '1'],
      ]),
    );
  });

  it('tells text from entries, as Redis does', async () => {
    await store.put('named', 'a', '1', 10_000);
    await expect(store.get('named')).rejects.toThrow(TypeError);
    await expect(store.increment('named', 10_000)).rejects.toThrow(TypeError);
    await expect(store.setIfAbsent('named', 'v', 10_000)).resolves.toBe(false);
    await store.set('text', 'v', 10_000);
    await expect(store.put('text', 'a', '1', 10_000)).rejects.toThrow(TypeError);
    await expect(store.entries('text')).rejects.toThrow(TypeError);
    await store.set('named', 'v', 10_000);
    await expect(store.get('named')).resolves.toBe('v');
  });

  describe('a bucket', () => {
    const bucket = (key: string | number) => ({ key: String(key), capacity: 3, refillMs: 900_000 });

    it('tells the wait to the millisecond', async () => {
      const waits = [];
      for (let index = 0; index < 4; index++) waits.push(await store.take(bucket('a')));
      expect(waits).toEqual([0, 0, 0, 900_000]);
      time += 899_999;
      await expect(store.take(bucket('a'))).resolves.toBe(1);
      await expect(store.take(bucket('a'), 0)).resolves.toBe(1);
      time += 1;
      await expect(store.take(bucket('a'), 0)).resolves.toBe(0);
      await expect(store.take(bucket('a'))).resolves.toBe(0);
      await expect(store.take(bucket('a'))).resolves.toBe(900_000);
      time += 10 * 900_000;
      for (const wait of [0, 0, 0, 900_000]) await expect(store.take(bucket('a'))).resolves.toBe(wait);
    });

    it('lets no more than 99 through in a day, however often somebody asks', async () => {
      let through = 0;
      const end = time + 24 * 60 * 60_000;
      for (; time < end; time += 10_000) if ((await store.take(bucket('a'))) === 0) through++;
      expect(through).toBe(98); // the last one comes at the end of the day
    });

    it('lets nobody wait for longer than one takes, after a clock was set back, or capacity made smaller', async () => {
      for (let index = 0; index < 10; index++) await store.take({ ...bucket('a'), capacity: 10 });
      await expect(store.take(bucket('a'))).resolves.toBe(900_000);
      time -= 10 * 900_000;
      await expect(store.take(bucket('a'))).resolves.toBe(900_000);
    });

    it.each([1, 2])(
      'an exhausted one survives a flood of keys that take %d, which are all served',
      async takes => {
        for (let index = 0; index < 3; index++) await store.take(bucket('victim'));
        let refused = 0;
        for (let index = 0; index < 20_000; index++) {
          if (index % 100 === 0) time++;
          for (let count = 0; count < takes; count++) if ((await store.take(bucket(index))) > 0) refused++;
        }
        expect(refused).toBe(0);
        await expect(store.take(bucket('victim'), 0)).resolves.toBeGreaterThan(0);
        const full = await kept(
          20_000,
          async index => (await store.take({ ...bucket(index), capacity: 1 }, 0)) || undefined,
        );
        expect(full).toBeLessThanOrEqual(1000);
        expect(full).toBeGreaterThan(800);
      },
    );

    it('is no other entry of its key, and is deleted with it', async () => {
      await store.set('a', 'v', 10_000);
      for (let index = 0; index < 3; index++) await store.take(bucket('a'));
      await expect(store.get('a')).resolves.toBe('v');
      await store.delete('a');
      await expect(store.take(bucket('a'))).resolves.toBe(0);
    });
  });
});

/** How many of so many keys are there. */
async function kept(keys: number, find: (index: number) => Promise<unknown>): Promise<number> {
  let count = 0;
  for (let index = 0; index < keys; index++) if ((await find(index)) !== undefined) count++;
  return count;
}
