import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs, retryAfterMs } from '../../lib/src/http/retry.js';

describe('backoff', () => {
  it('doubles its upper bound up to two seconds, with full jitter', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map(retry => backoffMs(retry, () => 1))).toEqual([
      100, 200, 400, 800, 1600, 2000, 2000,
    ]);
    expect(backoffMs(3, () => 0)).toBe(0);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT');
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    ['tomorrow', undefined],
    ['86400', 86_400_000],
    ['86401', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    ['Sun, 06 Nov 2094 08:49:37 GMT', 86_400_000],
    [undefined, undefined],
  ])('%j is %s', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });

  it('is a safe delay or nothing, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), value => {
        const delay = retryAfterMs(value, now);
        return delay === undefined || (Number.isFinite(delay) && delay >= 0);
      }),
    );
  });
});
