import { wholeBucket, type Bucket } from './bucket.js';
import { keyBeside } from './state-key.js';
import { countIn, textIn, truthIn } from './store-answer.js';

// Buckets made of the operations that every store has.
interface Store {
  get(key: string): Promise<string | undefined>;
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  increment(key: string, ttlMs: number): Promise<number>;
  delete(key: string): Promise<void>;
}

/** Takes one of the places of a bucket that refills: one per `refillMs` of the wall clock, some of them in advance. */
export async function takePlace(store: Store, bucket: Bucket, count: 1 | 0 | -1): Promise<number> {
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
export async function takeCount(store: Store, bucket: Bucket, count: 1 | 0 | -1): Promise<number> {
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
