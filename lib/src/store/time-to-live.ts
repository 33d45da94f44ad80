/**
 * `ttlMs` in whole milliseconds, rounded up. Throws where that is no time, or no end of it: a key that never expires
 * would refuse a person for ever, and one that already has would refuse nobody.
 */
export function timeToLive(ttlMs: number): number {
  const whole = Math.ceil(ttlMs);
  if (Number.isSafeInteger(whole) && whole > 0) return whole;
  throw new RangeError(`A time to live is a positive number of milliseconds, not ${String(ttlMs)}`);
}
