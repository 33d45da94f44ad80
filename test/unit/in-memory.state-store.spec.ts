import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryStateStore } from 'nestjs-verification';

describe('InMemoryStateStore', () => {
  let time: number;
  let store: InMemoryStateStore;

  beforeEach(() => {
    time = 1_000_000;
    store = new InMemoryStateStore({ now: () => time, maxEntries: 1000 });
  });

  it('keeps a value for its time, and not a millisecond longer', async () => {
    await store.set('k', 'v', 100);
    time += 99;
    await expect(store.get('k')).resolves.toBe('v');
    time += 1;
    await expect(store.get('k')).resolves.toBeUndefined();
  });

  it('set replaces value and time', async () => {
    await store.set('k', 'a', 100);
    time += 90;
    await store.set('k', 'b', 100);
    time += 90;
    await expect(store.get('k')).resolves.toBe('b');
  });

  it('setIfAbsent stores once, for one of many at the same time', async () => {
    const stored = await Promise.all(
      Array.from({ length: 50 }, (_, index) => store.setIfAbsent('k', String(index), 100)),
    );
    expect(stored.filter(Boolean)).toHaveLength(1);
    await expect(store.get('k')).resolves.toBe('0');
    time += 100;
    await expect(store.setIfAbsent('k', 'again', 100)).resolves.toBe(true);
  });

  it('setIfAbsent does not touch what set has stored', async () => {
    await store.set('k', 'v', 100);
    await expect(store.setIfAbsent('k', 'w', 1000)).resolves.toBe(false);
    await expect(store.get('k')).resolves.toBe('v');
  });

  it('increment loses no count, and keeps the time of the first', async () => {
    const counts = await Promise.all(Array.from({ length: 50 }, () => store.increment('k', 100)));
    expect([...counts].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    time += 99;
    await expect(store.increment('k', 100)).resolves.toBe(51);
    await expect(store.get('k')).resolves.toBe('51');
    time += 1;
    await expect(store.increment('k', 100)).resolves.toBe(1);
  });

  it('delete forgets values and counters', async () => {
    await store.set('v', 'v', 100);
    await store.increment('c', 100);
    await store.setIfAbsent('s', 's', 100);
    for (const key of ['v', 'c', 's', 'none']) {
      await store.delete(key);
      await expect(store.get(key)).resolves.toBeUndefined();
    }
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('keys are only keys: %j', async key => {
    await expect(store.get(key)).resolves.toBeUndefined();
    await store.set(key, 'v', 100);
    await expect(store.get(key)).resolves.toBe('v');
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

  it('a flood of a million keys stays inside the bound, and gives nobody another guess', async () => {
    store = new InMemoryStateStore({ now: () => time });
    for (let guess = 0; guess < 5; guess++) await store.increment('victim', 600_000);
    let refused = 0;
    const refuse = (): void => {
      refused++;
    };
    for (let index = 0; index < 1_000_000; index++) {
      if (index % 100_000 === 0) await new Promise(setImmediate);
      if (index % 5 > 0) void store.set(`g${String(index)}`, 'v', 600_000);
      else store.increment(`r${String(index)}`, 600_000).catch(refuse);
    }
    await new Promise(setImmediate);
    const { grants, refusals } = store as unknown as {
      grants: Map<string, unknown>;
      refusals: Map<string, unknown>;
    };
    expect(grants.size).toBeLessThanOrEqual(100_000);
    expect(grants.size).toBeGreaterThan(90_000);
    expect(refusals.size).toBe(100_000);
    expect(refused).toBe(200_000 - 99_999); // the victim's counter has its place
    await expect(store.increment('victim', 600_000)).resolves.toBe(6);
  }, 30_000);
});
