import type { Spread } from './spread.js';

/** The result for a goal, as far as the run can tell. */
export type Verdict = 'met' | 'missed' | 'undecided';

/** Fewer rounds than this decide nothing. */
const FEWEST_ROUNDS = 3;

/** The share by which a control is off, which is the error of its comparison. */
export function errorOf(control: Spread): number {
  return Math.abs(control.median - 1);
}

/** Compares a spread, widened by the error of its comparison, with an upper limit. */
export function verdictOf({ rounds, low, high }: Spread, atMost: number, error = 0): Verdict {
  if (rounds < FEWEST_ROUNDS) return 'undecided';
  if (high * (1 + error) <= atMost) return 'met';
  if (low / (1 + error) > atMost) return 'missed';
  return 'undecided';
}

/** Whether a count that is the same in every run, such as one of mistakes, is within its upper limit. */
export function verdictOfCount(count: number, atMost: number): Verdict {
  return count <= atMost ? 'met' : 'missed';
}
