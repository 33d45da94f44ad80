import { asObject, member, parseObject } from '../wire/json.js';
import { wholeBucket, type Bucket } from './bucket.js';
import { keyBeside } from './state-key.js';
import { countIn, entriesIn, textIn, truthIn } from './store-answer.js';
import type { StoredRecord } from './stored-record.js';
import { timeToLive } from './time-to-live.js';

export type { Bucket, StoredRecord };

/**
 * Shared state with expiry; every operation is atomic. Extend it for a store of your own: five operations suffice, and
 * the others are made of them. A store that throws, or takes longer than `http.timeoutMs`, is an outage: what depends
 * on it is refused. A time to live that is no positive number of milliseconds is an error, never a key that stays.
 */
export abstract class StateStore {
  /** The value under `key`, a counter's as decimal text; `undefined` when there is none or it has expired. */
  abstract get(key: string): Promise<string | undefined>;
  /** Stores `value` for `ttlMs` milliseconds, in place of what was there. */
  abstract set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Stores `value` for `ttlMs` milliseconds unless there is one; tells whether it was stored. */
  abstract setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /**
   * Adds one to the counter under `key` and returns it; the first call starts its `ttlMs` milliseconds. An error where
   * `key` holds something else.
   */
  abstract increment(key: string, ttlMs: number): Promise<number>;
  /** Forgets `key`. */
  abstract delete(key: string): Promise<void>;

  /**
   * Takes one from a bucket: 0 where there was one, else the milliseconds until there is. Looks without taking where
   * `count` is 0, and gives one back where it is -1. The default lets one be taken in every `refillMs` of the wall
   * clock, and `capacity - 1` in advance.
   */
  take(bucket: Bucket, count: 1 | 0 | -1 = 1): Promise<number> {
    return bucket.startsAt === undefined ? takePlace(this, bucket, count) : takeCount(this, bucket, count);
  }

  /**
   * Stores `value` as the entry `name` under `key`; what is there lives for the longest `ttlMs` that it was given. Of
   * two at once, the default may lose one: it reads what is there, and writes it again.
   */
  async put(key: string, name: string, value: string, ttlMs: number): Promise<void> {
    const { until, entries } = readEntries(textIn(await this.get(key)));
    const now = Date.now();
    const last = Math.max(until, now + timeToLive(ttlMs));
    await this.set(key, JSON.stringify({ until: last, entries: { ...entries, [name]: value } }), last - now);
  }

  /** The entries under `key` by name. */
  async entries(key: string): Promise<ReadonlyMap<string, string>> {
    return new Map(Object.entries(readEntries(textIn(await this.get(key))).entries));
  }

  /** Forgets the entries under `key`, and leaves `mark` there for `ttlMs` milliseconds at least. */
  async clearRecord(key: string, mark: string, ttlMs: number): Promise<void> {
    // First: what is put from here on sees it. Not by `set` alone, which a full store may lose.
    const isFirst = truthIn(await this.setIfAbsent(markOf(key), mark, ttlMs));
    if (!isFirst) await this.set(markOf(key), mark, ttlMs);
    await this.delete(key);
  }

  /** The entries under `key`, and the mark of the latest `clearRecord` while it is there. */
  async readRecord(key: string): Promise<StoredRecord> {
    const [mark, entries] = await Promise.all([this.get(markOf(key)), this.entries(key)]);
    return { mark: textIn(mark), entries: entriesIn(entries) };
  }

  /** As `put`, unless a `clearRecord` left another mark than the one that was read: nothing is kept then. */
  async putUnlessCleared(
    key: string,
    mark: string | undefined,
    entry: readonly [name: string, value: string],
    ttlMs: number,
  ): Promise<void> {
    await this.put(key, ...entry, ttlMs);
    // Not before it is put: whoever clears after the mark was read deletes what was put.
    const isCleared = await this.get(markOf(key)).then(
      now => (textIn(now) ?? mark) !== mark,
      () => true,
    );
    if (isCleared) await this.delete(key);
  }
}

/** Takes one of the places of a bucket that refills: one per `refillMs` of the wall clock, some of them in advance. */
async function takePlace(store: StateStore, bucket: Bucket, count: 1 | 0 | -1): Promise<number> {
  const { key, capacity, refillMs } = wholeBucket(bucket);
  const now = Date.now();
  const first = Math.floor(now / refillMs);
  const places = Array.from({ length: capacity }, (_, index) => ({
    key: keyBeside(key, String(first + index)),
    ttlMs: (first + index + 1) * refillMs - now,
  }));
  const kept = await Promise.all(places.map(async place => textIn(await store.get(place.key))));
  if (count === -1) {
    const last = places[kept.findLastIndex(value => value !== undefined)];
    if (last !== undefined) await store.delete(last.key);
    return 0;
  }
  const free = places.filter((_, index) => kept[index] === undefined);
  if (count === 0 && free.length > 0) return 0;
  for (const place of free) if (truthIn(await store.setIfAbsent(place.key, '1', place.ttlMs))) return 0;
  return (first + 1) * refillMs - now;
}

/**
 * Counts up to the capacity of a bucket that does not refill, in one round trip. Who is refused is counted as well, so
 * that what is given back after that frees no place: never one too many, sometimes one too few.
 */
async function takeCount(store: StateStore, bucket: Bucket, count: 1 | 0 | -1): Promise<number> {
  const { key, capacity, refillMs } = wholeBucket(bucket);
  const since = Math.max(0, Date.now() - (bucket.startsAt ?? 0)); // another instance's clock may be ahead
  const span = Math.floor(since / refillMs);
  const ttlMs = (span + 1) * refillMs - since;
  const [taken, returned] = [keyBeside(key, `taken ${span}`), keyBeside(key, `returned ${span}`)];
  if (count === -1) {
    countIn(await store.increment(returned, ttlMs));
    return 0;
  }
  const counted = async (of: string): Promise<number> => Number(textIn(await store.get(of)) ?? 0);
  const [used, back] = await Promise.all([
    count === 1 ? store.increment(taken, ttlMs).then(countIn) : counted(taken).then(each => each + 1),
    counted(returned),
  ]);
  return used - back <= capacity ? 0 : ttlMs; // NaN is more
}

/** The key of a record's mark, in the operations that every store has: it is beside the entries. */
function markOf(key: string): string {
  return keyBeside(key, 'mark');
}

function readEntries(text: string | undefined): { until: number; entries: Record<string, string> } {
  const kept = parseObject(text ?? '{}');
  const entries = asObject(kept && member(kept, 'entries')) ?? {};
  const until = kept && member(kept, 'until');
  return {
    until: typeof until === 'number' ? until : 0,
    entries: Object.fromEntries(
      Object.entries(entries).filter((each): each is [string, string] => typeof each[1] === 'string'),
    ),
  };
}
