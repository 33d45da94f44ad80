import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError, InMemoryStateStore } from 'nestjs-verification';
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
    const { grants, refusals } = store as unknown as {
      grants: Map<string, unknown>;
      refusals: Map<string, unknown>;
    };
    expect(grants.size).toBeLessThanOrEqual(2_000);
    expect(grants.size).toBeGreaterThan(1_800);
    expect(refusals.size).toBe(2_000);
    expect(refused).toBe(4_000 - 1_999); // the victim's counter has its place
    await expect(store.increment('victim', 600_000)).resolves.toBe(6);
  });
});
