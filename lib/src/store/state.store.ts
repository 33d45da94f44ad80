/**
 * Shared state with expiry; every operation is atomic. Extend it for a store of your own. A store that throws, or
 * takes longer than `http.timeoutMs`, is an outage: what depends on it is refused. A time to live that is no positive
 * number of milliseconds is an error, never a key that stays.
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
}
