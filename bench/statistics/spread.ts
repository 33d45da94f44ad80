/** A median, and the interval that holds the true one in 87.5 % of runs at least. With up to 6 rounds it is the extremes. */
export interface Spread {
  readonly rounds: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const CONFIDENCE = 0.875;

/** The spread of one value per round. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = cutAt(values.length);
  return {
    rounds: values.length,
    median: median(values),
    low: sorted[cut] ?? NaN,
    high: sorted[sorted.length - 1 - cut] ?? NaN,
  };
}

/** The values that are left out at each end: every value is below the true median as often as above it. */
function cutAt(count: number): number {
  let cut = 0;
  let ways = 1; // to have `cut` values below the median
  let outside = 2 * 0.5 ** count; // chance that the median is beyond what is left
  for (;;) {
    ways = (ways * (count - cut)) / (cut + 1);
    outside += 2 * ways * 0.5 ** count;
    if (outside > 1 - CONFIDENCE || 2 * (cut + 1) >= count) return cut;
    cut++;
  }
}

/** The spread of the ratios within each round; unknown where a round has no cost to divide by. */
export function ratioOf(of: readonly number[], over: readonly number[]): Spread {
  if (of.length !== over.length) throw new Error('a ratio needs two values in each round');
  if (over.some(value => value <= 0))
    return { rounds: of.length, median: NaN, low: -Infinity, high: Infinity };
  return spreadOf(of.map((value, round) => value / over[round]!));
}

/** The middle value, or the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}
