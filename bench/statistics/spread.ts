/** The median of the rounds and their extremes. With four rounds the extremes hold the true median in 88 % of runs. */
export interface Spread {
  readonly rounds: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The spread of one value per round. */
export function spreadOf(values: readonly number[]): Spread {
  return {
    rounds: values.length,
    median: median(values),
    low: Math.min(...values),
    high: Math.max(...values),
  };
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
