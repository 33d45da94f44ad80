import { Injectable } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
import { StateStore } from './state.store.js';
import { timeToLive } from './time-to-live.js';

/** A count as Redis writes it: decimal digits, and no other form. */
const COUNT = /^(0|[1-9]\d*)$/;

/**
 * State of one process. When it is full, what grants something (`set`) makes room by losing its oldest entries;
 * what refuses something (`setIfAbsent`, `increment`) is never lost early, and a new one is then an error: a flood
 * may cost convenience, but buys nobody another guess.
 */
@Injectable()
export class InMemoryStateStore extends StateStore {
  private readonly grants = new Map<string, { value: string; readonly expiresAt: number }>();
  private readonly refusals: typeof this.grants = new Map();
  private readonly maxEntries: number;
  private readonly now: () => number;
  private sweepAgainAt = 0;

  /** Keeps `maxEntries` entries of each kind (100,000 by default); `now` is the clock, in milliseconds. */
  constructor({
    maxEntries = 100_000,
    now = Date.now,
  }: { readonly maxEntries?: number; readonly now?: () => number } = {}) {
    super();
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
      throw new ConfigurationError('maxEntries of InMemoryStateStore must be a positive whole number.');
    this.maxEntries = maxEntries;
    this.now = now;
  }

  get(key: string): Promise<string | undefined> {
    return promised(() => this.find(key)?.value);
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return promised(() => {
      const expiresAt = this.now() + timeToLive(ttlMs);
      this.refusals.delete(key);
      this.grants.delete(key); // so that it becomes the youngest
      if (this.grants.size >= this.maxEntries) this.dropOldest();
      this.grants.set(key, { value, expiresAt });
    });
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return promised(() => {
      const expiresAt = this.now() + timeToLive(ttlMs);
      if (this.find(key) !== undefined) return false;
      this.refuse(key, { value, expiresAt });
      return true;
    });
  }

  increment(key: string, ttlMs: number): Promise<number> {
    return promised(() => {
      const expiresAt = this.now() + timeToLive(ttlMs);
      const entry = this.find(key) ?? this.refuse(key, { value: '0', expiresAt });
      const count = Number(entry.value) + 1;
      if (!COUNT.test(entry.value) || !Number.isSafeInteger(count)) throw new TypeError('not a counter');
      entry.value = String(count);
      return count;
    });
  }

  delete(key: string): Promise<void> {
    return promised(() => {
      this.grants.delete(key);
      this.refusals.delete(key);
    });
  }

  private find(key: string) {
    const entry = this.refusals.get(key) ?? this.grants.get(key);
    if (entry === undefined || entry.expiresAt > this.now()) return entry;
    this.grants.delete(key);
    this.refusals.delete(key);
    return undefined;
  }

  private refuse<E extends { value: string; readonly expiresAt: number }>(key: string, entry: E): E {
    if (this.refusals.size >= this.maxEntries) this.sweep();
    if (this.refusals.size >= this.maxEntries) throw new Error('InMemoryStateStore is full');
    this.refusals.set(key, entry);
    return entry;
  }

  /**
   * Drops the oldest thousandth, one at least: a Map steps over everything deleted to find its first key, which a
   * flood would pay with every key it sets.
   */
  private dropOldest(): void {
    let left = Math.max(1, Math.floor(this.maxEntries / 1000));
    for (const key of this.grants.keys()) {
      this.grants.delete(key);
      if (--left === 0) return;
    }
  }

  /** Drops what has expired, at most once a second, so that a full store stays cheap to ask. */
  private sweep(): void {
    const now = this.now();
    if (now < this.sweepAgainAt) return;
    this.sweepAgainAt = now + 1000;
    for (const [key, { expiresAt }] of this.refusals) if (expiresAt <= now) this.refusals.delete(key);
  }
}

/** Done at once, so that nothing comes between; what it throws is a rejection. */
// eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
async function promised<T>(operation: () => T): Promise<T> {
  return operation();
}
