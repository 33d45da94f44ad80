import { timeToLive } from './time-to-live.js';

/** A budget: up to `capacity` at once, and one more every `refillMs` milliseconds. */
export interface Bucket {
  readonly key: string;
  readonly capacity: number;
  readonly refillMs: number;
  /** The moment from which the budget counts, in milliseconds since 1970. If it is set, nothing refills within the first `refillMs`. */
  readonly startsAt?: number;
}

/** The same bucket in whole milliseconds. Throws for a bucket that would let nothing through, or everything. */
export function wholeBucket({
  key,
  capacity,
  refillMs,
}: Bucket): Omit<Bucket, 'startsAt'> & { readonly spanMs: number } {
  const whole = timeToLive(refillMs);
  const spanMs = capacity * whole;
  if (Number.isSafeInteger(capacity) && capacity > 0 && Number.isSafeInteger(spanMs))
    return { key, capacity, refillMs: whole, spanMs };
  throw new RangeError(`The capacity of a bucket is a positive whole number, not ${String(capacity)}`);
}
