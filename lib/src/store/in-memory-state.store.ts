import { Injectable } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
import type { Bucket } from './bucket.js';
import { MemoryRoom, type Entry } from './memory-room.js';
import { areaOf } from './state-key.js';
import { StateStore } from './state.store.js';
import type { StoredRecord } from './stored-record.js';
import { timeToLive } from './time-to-live.js';

/** A count as Redis writes it: decimal digits, and no other form. */
const COUNT = /^(0|[1-9]\d*)$/;
/** The most areas with a room of their own. All others share one room, and so do keys that name no area. */
const MOST_AREAS = 256;

/**
 * State of one process. Its room is divided by the area that a key names, and each area has three kinds of state.
 * An area that grants something (`set`, `put`) makes room by losing its oldest. One that refuses something (`setIfAbsent`,
 * `increment`) is never lost early, and a new one is an error where its area is full; `set` over it goes on refusing.
 * Buckets (`take`) make room by losing those nearest to full. So a flood may cost convenience, but buys nobody another
 * guess.
 */
@Injectable()
export class InMemoryStateStore extends StateStore {
  private readonly rooms = new Map<string, MemoryRoom>();
  private readonly maxEntries: number;
  private readonly now: () => number;

  /** Keeps `maxEntries` of each kind in each area (100,000 by default); `now` is the clock, in milliseconds. */
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
    return promised(() => textIn(this.roomOf(key).find(key)));
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return promised(() => {
      const expiresAt = this.now() + timeToLive(ttlMs);
      this.roomOf(key).grant(key, { value, expiresAt });
    });
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return promised(() => {
      const expiresAt = this.now() + timeToLive(ttlMs);
      const room = this.roomOf(key);
      if (room.find(key) !== undefined) return false;
      room.refuse(key, { value, expiresAt });
      return true;
    });
  }

  increment(key: string, ttlMs: number): Promise<number> {
    return promised(() => {
      const expiresAt = this.now() + timeToLive(ttlMs);
      const room = this.roomOf(key);
      const entry = room.find(key);
      const before = textIn(entry) ?? '0';
      const count = Number(before) + 1;
      if (!COUNT.test(before) || !Number.isSafeInteger(count)) throw new TypeError('not a counter');
      room.refuse(key, { value: String(count), expiresAt: entry?.expiresAt ?? expiresAt });
      return count;
    });
  }

  delete(key: string): Promise<void> {
    return promised(() => {
      const room = this.roomOf(key);
      room.delete(key);
      room.buckets.delete(key);
    });
  }

  override take(bucket: Bucket, count: 1 | 0 | -1 = 1): Promise<number> {
    return promised(() => this.roomOf(bucket.key).buckets.take(bucket, count));
  }

  override put(key: string, name: string, value: string, ttlMs: number): Promise<void> {
    return promised(() => {
      this.write(key, name, value, ttlMs);
    });
  }

  override entries(key: string): Promise<ReadonlyMap<string, string>> {
    return promised(() => entriesIn(this.roomOf(key).find(key)));
  }

  override clearRecord(key: string, mark: string, ttlMs: number): Promise<void> {
    return promised(() => {
      const expiresAt = this.now() + timeToLive(ttlMs);
      const room = this.roomOf(key);
      room.refuse(markOf(key), { value: mark, expiresAt });
      room.delete(key);
    });
  }

  override readRecord(key: string): Promise<StoredRecord> {
    return promised(() => {
      const room = this.roomOf(key);
      return { mark: textIn(room.find(markOf(key))), entries: entriesIn(room.find(key)) };
    });
  }

  override putUnlessCleared(
    key: string,
    mark: string | undefined,
    [name, value]: readonly [name: string, value: string],
    ttlMs: number,
  ): Promise<void> {
    return promised(() => {
      const left = textIn(this.roomOf(key).find(markOf(key))) ?? mark;
      if (left === mark) this.write(key, name, value, ttlMs);
    });
  }

  private write(key: string, name: string, value: string, ttlMs: number): void {
    const expiresAt = this.now() + timeToLive(ttlMs);
    const room = this.roomOf(key);
    const entry = room.find(key);
    const last = Math.max(expiresAt, entry?.expiresAt ?? 0);
    room.grant(key, { value: new Map(entriesIn(entry)).set(name, value), expiresAt: last }); // what was read stays as it was
  }

  private roomOf(key: string): MemoryRoom {
    const named = areaOf(key);
    const area = this.rooms.has(named) || this.rooms.size < MOST_AREAS ? named : '';
    let room = this.rooms.get(area);
    if (room === undefined) this.rooms.set(area, (room = new MemoryRoom(this.maxEntries, this.now)));
    return room;
  }
}

/** The key of a record's mark, which is in the same room as the entries. */
function markOf(key: string): string {
  return `${key}/mark`;
}

function textIn(entry: Entry | undefined): string | undefined {
  if (entry === undefined) return undefined;
  if (typeof entry.value === 'string') return entry.value;
  throw new TypeError('not a text');
}

function entriesIn(entry: Entry | undefined): ReadonlyMap<string, string> {
  if (entry === undefined) return new Map();
  if (typeof entry.value !== 'string') return entry.value;
  throw new TypeError('not entries');
}

/** Runs an operation at once, so that nothing comes between; what it throws becomes a rejection. */
// eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
async function promised<T>(operation: () => T): Promise<T> {
  return operation();
}
