import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StateStore } from 'nestjs-verification';
import { until } from '../support/until.js';

/** Two instances of an application that share their state. */
export interface Instances {
  readonly stores: readonly [StateStore, StateStore];
  close(): void;
}

const LONG = 60_000;
/** A time to live that ends soon, but after the next few operations, even on a busy machine. */
const SHORT = 400;
const times = <T = number>(count: number, make: (index: number) => T = index => index as T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** What every {@link StateStore} promises. One of five operations has to read entries and to write them again. */
export function conformsToStateStore(open: () => Promise<Instances>, { losesPuts = false } = {}): void {
  let instances: Instances | undefined;
  let store: StateStore;
  let other: StateStore;
  let key: string;

  beforeAll(async () => {
    instances = await open();
    [store, other] = instances.stores;
  });
  beforeEach(() => {
    key = randomBytes(32).toString('hex');
  });
  afterAll(() => {
    instances?.close();
  });

  const gone = async (): Promise<boolean> => (await other.get(key)) === undefined;

  it('knows nothing of a key that nobody stored', async () => {
    await expect(store.get(key)).resolves.toBeUndefined();
  });

  it.each([
    ['empty', ''],
    ['that says null', 'null'],
    ['beyond ASCII', 'æøå 漢字 🙂'],
    ['of JSON', '{"messageId":"1","recipient":"+45"}'],
    ['that looks like a command', 'a\r\nDEL b\0c'],
    ['of 64 KiB', 'x'.repeat(65_536)],
  ])('gives back a value %s', async (_, value) => {
    await store.set(key, value, LONG);
    await expect(other.get(key)).resolves.toBe(value);
    await other.delete(key);
    await expect(store.setIfAbsent(key, value, LONG)).resolves.toBe(true);
    await expect(other.get(key)).resolves.toBe(value);
  });

  it.each(['__proto__', 'constructor', 'toString', '', ' ', 'a{b}c', '{', '*', 'a\r\nDEL b'])(
    'a key is only a key: %j',
    async name => {
      await expect(store.get(name)).resolves.toBeUndefined();
      await store.set(name, 'v', LONG);
      await expect(other.get(name)).resolves.toBe('v');
      await store.delete(name);
      await expect(store.increment(name, LONG)).resolves.toBe(1);
      await other.delete(name);
      await expect(store.get(name)).resolves.toBeUndefined();
    },
  );

  it('set replaces value and time, of a counter too', async () => {
    await store.set(key, 'short', 40);
    await other.set(key, 'long', LONG);
    await store.increment(`${key}c`, 40);
    await other.set(`${key}c`, 'long', LONG);
    await store.set(`${key}clock`, 'v', 80);
    await until(async () => (await store.get(`${key}clock`)) === undefined);
    await expect(store.get(key)).resolves.toBe('long');
    await expect(store.get(`${key}c`)).resolves.toBe('long');
  });

  it('forgets a value when its time is over, and not before', async () => {
    const started = Date.now();
    await store.set(key, 'v', 50);
    await until(gone);
    expect(Date.now() - started).toBeGreaterThanOrEqual(49);
  });

  it('setIfAbsent and increment leave the time alone of what is there', async () => {
    await expect(store.setIfAbsent(key, 'first', SHORT)).resolves.toBe(true);
    await expect(store.increment(`${key}c`, SHORT)).resolves.toBe(1);
    await store.set(`${key}n`, '41', SHORT);
    await expect(other.setIfAbsent(key, 'second', LONG)).resolves.toBe(false);
    await expect(other.increment(`${key}c`, LONG)).resolves.toBe(2);
    await expect(other.increment(`${key}n`, LONG)).resolves.toBe(42);
    await until(gone);
    await until(async () => (await store.increment(`${key}c`, LONG)) === 1);
    await until(async () => (await store.increment(`${key}n`, LONG)) === 1);
    await expect(other.setIfAbsent(key, 'third', LONG)).resolves.toBe(true);
    await expect(store.setIfAbsent(key, 'fourth', LONG)).resolves.toBe(false);
    await expect(store.get(key)).resolves.toBe('third');
    await expect(other.increment(`${key}c`, LONG)).resolves.toBe(2);
  });

  it('setIfAbsent respects what set and increment stored', async () => {
    await store.set(key, 'v', LONG);
    await store.increment(`${key}c`, LONG);
    await expect(other.setIfAbsent(key, 'w', LONG)).resolves.toBe(false);
    await expect(other.setIfAbsent(`${key}c`, 'w', LONG)).resolves.toBe(false);
    await expect(store.get(key)).resolves.toBe('v');
    await expect(store.get(`${key}c`)).resolves.toBe('1');
  });

  it('setIfAbsent has one winner, however many race and wherever', async () => {
    for (const race of times(20, index => `${key}${index}`)) {
      const won = await Promise.all(
        times(50, index => (index % 2 ? store : other).setIfAbsent(race, String(index), LONG)),
      );
      expect(won.filter(Boolean)).toEqual([true]);
      await expect(store.get(race)).resolves.toBe(String(won.indexOf(true)));
    }
  });

  it('increment loses no count among 200 at once, and gives none twice', async () => {
    const counts = await Promise.all(times(200, index => (index % 2 ? store : other).increment(key, LONG)));
    expect(counts.sort((a, b) => a - b)).toEqual(times(200, index => index + 1));
    await expect(store.get(key)).resolves.toBe('200');
  });

  it.each([
    '',
    'x',
    '1.5',
    ' 1',
    '1 ',
    '01',
    '+1',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '-5',
    '9007199254740991',
  ])('increment refuses to count on from %j', async value => {
    await store.set(key, value, LONG);
    await expect(store.increment(key, LONG)).rejects.toThrow();
  });

  it('delete forgets values and counters, and minds none that is not there', async () => {
    await store.set(key, 'v', LONG);
    await other.delete(key);
    await expect(store.get(key)).resolves.toBeUndefined();
    await store.increment(key, LONG);
    await store.increment(key, LONG);
    await other.delete(key);
    await expect(store.increment(key, LONG)).resolves.toBe(1);
    await store.delete(key);
    await expect(other.delete(key)).resolves.toBeUndefined();
    await expect(store.setIfAbsent(key, 'v', LONG)).resolves.toBe(true);
  });

  it.each([0, -0.5, -1, NaN, Infinity, -Infinity, 2 ** 60])(
    'stores nothing for %p milliseconds',
    async ttlMs => {
      await expect(store.set(key, '1', ttlMs)).rejects.toThrow(RangeError);
      await expect(store.setIfAbsent(key, '1', ttlMs)).rejects.toThrow(RangeError);
      await expect(store.increment(key, ttlMs)).rejects.toThrow(RangeError);
      await expect(store.get(key)).resolves.toBeUndefined();
      await store.increment(key, LONG);
      await expect(store.increment(key, ttlMs)).rejects.toThrow(RangeError);
      await expect(store.get(key)).resolves.toBe('1');
    },
  );

  it('a part of a millisecond is a whole one', async () => {
    await store.set(key, 'v', 0.2);
    await until(gone);
    await expect(store.setIfAbsent(key, 'v', 0.2)).resolves.toBe(true);
    await until(gone);
    await expect(store.increment(key, 20.5)).resolves.toBe(1);
    await until(gone);
  });

  describe('a bucket', () => {
    /** A bucket that refills nothing while a test runs. */
    const slow = (capacity = 3) => ({ key, capacity, refillMs: 24 * 60 * LONG });

    it('has as many as its capacity, and then says how long to wait', async () => {
      for (const instance of [store, other, store]) await expect(instance.take(slow())).resolves.toBe(0);
      for (const instance of [store, other]) {
        const waitMs = await instance.take(slow());
        expect(waitMs).toBeGreaterThan(0);
        expect(waitMs).toBeLessThanOrEqual(slow().refillMs);
        expect(Number.isInteger(waitMs)).toBe(true);
      }
      await expect(store.take({ ...slow(), key: `${key}other` })).resolves.toBe(0);
    });

    it('has exactly its capacity of winners, however many race and wherever', async () => {
      for (const capacity of [1, 5]) {
        const bucket = { ...slow(capacity), key: `${key}${capacity}` };
        const waits = await Promise.all(times(60, index => (index % 2 ? store : other).take(bucket)));
        expect(waits.filter(wait => wait === 0)).toHaveLength(capacity);
      }
    });

    it('looks without taking', async () => {
      for (const _ of times(4)) await expect(store.take(slow(), 0)).resolves.toBe(0);
      await expect(other.take(slow(1))).resolves.toBe(0);
      await expect(store.take(slow(1), 0)).resolves.toBeGreaterThan(0);
      await expect(store.take(slow(1), 0)).resolves.toBeLessThanOrEqual(slow().refillMs);
    });

    it('takes back what it gave, and never more than that', async () => {
      for (const _ of times(4)) await expect(store.take(slow(), -1)).resolves.toBe(0);
      for (const _ of times(3)) await expect(other.take(slow())).resolves.toBe(0);
      await expect(other.take(slow(), -1)).resolves.toBe(0);
      await expect(store.take(slow())).resolves.toBe(0);
      await expect(store.take(slow())).resolves.toBeGreaterThan(0);
    });

    it('for something that began has its capacity once, however many race, and what is given back', async () => {
      const bucket = { ...slow(5), startsAt: Date.now() };
      for (const _ of times(3)) await store.take(bucket);
      await other.take(bucket, -1);
      await expect(other.take(bucket, 0)).resolves.toBe(0);
      const waits = await Promise.all(times(60, index => (index % 2 ? store : other).take(bucket)));
      expect(waits.filter(wait => wait === 0)).toHaveLength(3);
      expect(Math.max(...waits)).toBeLessThanOrEqual(bucket.refillMs);
      await expect(store.take(bucket, 0)).resolves.toBeGreaterThan(0);
    });

    it('gets one more in its time, and not two', async () => {
      const bucket = { key, capacity: 2, refillMs: SHORT };
      await store.take(bucket);
      await other.take(bucket);
      await until(async () => (await store.take(bucket, 0)) === 0);
      const waits = [await store.take(bucket), await other.take(bucket)];
      expect(waits[0]).toBe(0);
      expect(waits[1]).toBeGreaterThan(0);
    });

    it.each([
      ['a capacity of 0', { capacity: 0 }],
      ['a capacity of NaN', { capacity: NaN }],
      ['a half', { capacity: 1.5 }],
      ['no end', { capacity: Infinity }],
      ['no time', { refillMs: 0 }],
      ['a negative time', { refillMs: -1 }],
      ['a time that is none', { refillMs: NaN }],
      ['an endless time', { refillMs: Infinity }],
    ])('of %s is an error', async (_, wrong) => {
      await expect(store.take({ ...slow(), ...wrong })).rejects.toThrow(RangeError);
      await expect(store.take({ ...slow(), ...wrong }, 0)).rejects.toThrow(RangeError);
    });
  });

  describe('entries', () => {
    const all = async (): Promise<Record<string, string>> => Object.fromEntries(await other.entries(key));

    it('are none where nobody put any', async () => {
      await expect(store.entries(key)).resolves.toEqual(new Map());
    });

    it('are found by every instance, the last of each name', async () => {
      await store.put(key, 'a', '1', LONG);
      await other.put(key, 'b', '2', LONG);
      await store.put(key, 'a', '3', LONG);
      expect(await all()).toEqual({ a: '3', b: '2' });
      await expect(store.entries(`${key}other`)).resolves.toEqual(new Map());
    });

    it('have any name and any value', async () => {
      const odd = ['', ' ', '__proto__', 'constructor', '0', 'æøå 漢字 🙂', '{"a":"b"}', 'a\r\nDEL b\0c'];
      for (const [index, name] of odd.entries()) await store.put(key, name, odd[index - 1] ?? '', LONG);
      const kept = await other.entries(key);
      expect(kept).toEqual(new Map(odd.map((name, index) => [name, odd[index - 1] ?? ''])));
    });

    it('live for the longest time that they were given, together', async () => {
      await store.put(key, 'short', '1', SHORT);
      await store.put(`${key}l`, 'long', '1', LONG);
      await other.put(`${key}l`, 'short', '2', SHORT);
      await until(async () => (await store.entries(key)).size === 0);
      await expect(store.entries(`${key}l`)).resolves.toEqual(
        new Map([
          ['long', '1'],
          ['short', '2'],
        ]),
      );
    });

    it('are forgotten together', async () => {
      await store.put(key, 'a', '1', LONG);
      await store.put(key, 'b', '1', LONG);
      await other.delete(key);
      await expect(store.entries(key)).resolves.toEqual(new Map());
      await store.put(key, 'c', '1', LONG);
      expect(await all()).toEqual({ c: '1' });
    });

    it.each([0, -1, NaN, Infinity, 2 ** 60])('are not kept for %p milliseconds', async ttlMs => {
      await expect(store.put(key, 'a', '1', ttlMs)).rejects.toThrow(RangeError);
      await store.put(key, 'b', '1', LONG);
      await expect(store.put(key, 'a', '1', ttlMs)).rejects.toThrow(RangeError);
      expect(await all()).toEqual({ b: '1' });
    });

    describe('that can be cleared', () => {
      const put = (instance: StateStore, mark: string | undefined, name = 'a'): Promise<void> =>
        instance.putUnlessCleared(key, mark, [name, '1'], LONG);

      it('have no mark before, and are there', async () => {
        await expect(store.readRecord(key)).resolves.toEqual({ mark: undefined, entries: new Map() });
        await put(store, undefined);
        await put(other, undefined, 'b');
        const entries = new Map(Object.entries({ a: '1', b: '1' }));
        await expect(other.readRecord(key)).resolves.toEqual({ mark: undefined, entries });
      });

      it('are gone afterwards, and nobody who has not seen the mark puts any', async () => {
        await put(store, undefined);
        await other.clearRecord(key, 'm1', LONG);
        await expect(store.readRecord(key)).resolves.toEqual({ mark: 'm1', entries: new Map() });
        await put(store, undefined);
        await expect(other.readRecord(key)).resolves.toEqual({ mark: 'm1', entries: new Map() });
        await put(store, 'm1');
        await expect(other.readRecord(key)).resolves.toEqual({ mark: 'm1', entries: new Map([['a', '1']]) });
        await store.clearRecord(key, 'm2', LONG);
        await put(other, 'm1');
        await expect(store.readRecord(key)).resolves.toEqual({ mark: 'm2', entries: new Map() });
      });

      it('take an entry of somebody who read a mark that is gone', async () => {
        await put(store, 'gone');
        expect((await other.readRecord(key)).entries).toEqual(new Map([['a', '1']]));
      });

      it('leave nothing when the time of the mark is over', async () => {
        await store.clearRecord(key, 'm', SHORT);
        await until(async () => (await other.readRecord(key)).mark === undefined);
      });

      it('leave nothing of those who race with it', async () => {
        for (const race of times(20, index => `${key}${index}`)) {
          const puts = times(10, index =>
            (index % 2 ? store : other).putUnlessCleared(race, undefined, [String(index), '1'], LONG),
          );
          await Promise.all([...puts.slice(0, 5), other.clearRecord(race, 'm', LONG), ...puts.slice(5)]);
          await expect(store.readRecord(race)).resolves.toEqual({ mark: 'm', entries: new Map() });
        }
      });
    });

    if (!losesPuts)
      it('loses none of 100 at once', async () => {
        await Promise.all(
          times(100, index => (index % 2 ? store : other).put(key, String(index), 'v', LONG)),
        );
        expect((await store.entries(key)).size).toBe(100);
      });
  });
}
