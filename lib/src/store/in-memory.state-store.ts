import { Injectable } from '@nestjs/common';
import { StateStore } from './state.store.js';

/** Options of {@link InMemoryStateStore}. */
export interface InMemoryStateStoreOptions {
  /** Entries kept of each kind. @default 100000 */
  readonly maxEntries?: number;
  /** The clock, in milliseconds. @default Date.now */
  readonly now?: () => number;
}

interface Entry {
  value: string;
  readonly expiresAt: number;
}

/**
 * State of one process. When it is full, what grants something (`set`) makes room by losing its oldest entries;
 * what refuses something (`setIfAbsent`, `increment`) is never lost early, and a new one is then an error: a flood
 * may cost convenience, but buys nobody another guess.
 */
@Injectable()
export class InMemoryStateStore extends StateStore {
  private readonly grants = new Map<string, Entry>();
  private readonly refusals = new Map<string, Entry>();
  private readonly maxEntries: number;
  private readonly now: () => number;
  private sweepAgainAt = 0;

  constructor({ maxEntries = 100_000, now = Date.now }: InMemoryStateStoreOptions = {}) {
    super();
    this.maxEntries = maxEntries;
    this.now = now;
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.find(key)?.value);
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    this.refusals.delete(key);
    this.grants.delete(key); // so that it becomes the youngest
    if (this.grants.size >= this.maxEntries) {
      this.dropOldest();
    }
    this.grants.set(key, { value, expiresAt: this.now() + ttlMs });
    return Promise.resolve();
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.find(key) !== undefined) return Promise.resolve(false);
    return this.refuse(key, value, ttlMs).then(() => true);
  }

  increment(key: string, ttlMs: number): Promise<number> {
    const entry = this.find(key);
    if (entry === undefined) return this.refuse(key, '1', ttlMs).then(() => 1);
    const count = Number(entry.value) + 1;
    entry.value = String(count);
    return Promise.resolve(count);
  }

  delete(key: string): Promise<void> {
    this.grants.delete(key);
    this.refusals.delete(key);
    return Promise.resolve();
  }

  private find(key: string): Entry | undefined {
    const entry = this.refusals.get(key) ?? this.grants.get(key);
    if (entry === undefined || entry.expiresAt > this.now()) return entry;
    this.grants.delete(key);
    this.refusals.delete(key);
    return undefined;
  }

  private refuse(key: string, value: string, ttlMs: number): Promise<void> {
    if (this.refusals.size >= this.maxEntries) this.sweep();
    if (this.refusals.size >= this.maxEntries) return Promise.reject(new Error('InMemoryStateStore is full'));
    this.refusals.set(key, { value, expiresAt: this.now() + ttlMs });
    return Promise.resolve();
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
