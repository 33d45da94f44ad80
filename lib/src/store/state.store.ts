import { asObject, member, parseObject } from '../wire/json.js';
import { keyBeside } from './state-key.js';

/** A budget: up to `capacity` at once, and one more every `refillMs` milliseconds. */
export interface Bucket {
  readonly key: string;
  readonly capacity: number;
  readonly refillMs: number;
  /** When its first `refillMs` start, in milliseconds since 1970, in stores without buckets of their own. @default 0 */
  readonly startsAt?: number;
}

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
   * `count` is 0, and gives one back where it is -1. The default lets one be taken per `refillMs` of the wall clock,
   * and `capacity - 1` in advance.
   */
  async take({ key, capacity, refillMs, startsAt = 0 }: Bucket, count: 1 | 0 | -1 = 1): Promise<number> {
    const now = Date.now() - startsAt;
    const first = Math.floor(now / refillMs);
    const places = Array.from({ length: capacity }, (_, index) => ({
      key: keyBeside(key, String(first + index)),
      ttlMs: (first + index + 1) * refillMs - now,
    }));
    if (count === 1) {
      for (const place of places) {
        const stored: unknown = await this.setIfAbsent(place.key, '1', place.ttlMs);
        if (stored === true) return 0;
        if (stored !== false) throw new TypeError('no answer of a state store');
      }
      return places[0]?.ttlMs ?? refillMs;
    }
    const taken = await Promise.all(places.map(async place => (await this.get(place.key)) !== undefined));
    const last = places[taken.lastIndexOf(true)];
    if (count === 0) return taken.includes(false) ? 0 : (places[0]?.ttlMs ?? refillMs);
    if (last !== undefined) await this.delete(last.key);
    return 0;
  }

  /** Stores `value` as the entry `name` under `key`; what is there lives for the longest `ttlMs` that it was given. */
  async put(key: string, name: string, value: string, ttlMs: number): Promise<void> {
    const { until, entries } = readEntries(await this.get(key));
    const last = Math.max(until, Date.now() + ttlMs);
    const kept = JSON.stringify({ until: last, entries: { ...entries, [name]: value } });
    await this.set(key, kept, Math.max(ttlMs, last - Date.now()));
  }

  /** The entries under `key` by name. */
  async entries(key: string): Promise<ReadonlyMap<string, string>> {
    return new Map(Object.entries(readEntries(await this.get(key)).entries));
  }
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
