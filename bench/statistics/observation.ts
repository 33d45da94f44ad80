import type { Effort } from '../effort.js';
import { pairedRounds, type Rounds, type Subject } from './paired-rounds.js';
import { warmUp, type WarmUpReport } from './steady-state.js';

/** A window in which CPU time was measured, in microseconds for each request or call. */
export interface CpuWindow {
  readonly cpuMicros: number;
}

/** The rounds of some subjects, and how their warm-ups ended. */
export interface Observation<S> {
  readonly rounds: Rounds<S>;
  readonly warmUps: readonly WarmUpReport[];
}

/** Warms every subject up, then measures them in rounds. */
export async function observe<S extends CpuWindow>(
  subjects: readonly Subject<S>[],
  { rounds, seconds, warmUp: until }: Effort,
): Promise<Observation<S>> {
  const warmUps = await warmUp(subjects, until);
  return { rounds: await pairedRounds(subjects, rounds, seconds), warmUps };
}

/** The observations of the same subjects after several starts, as if they were one. */
export function joined<S>(observations: readonly Observation<S>[]): Observation<S> {
  const names = [...(observations[0]?.rounds.keys() ?? [])];
  const roundsOf = (name: string): (readonly [S, S])[] =>
    observations.flatMap(({ rounds }) => rounds.get(name) ?? []);
  return {
    rounds: new Map(names.map(name => [name, roundsOf(name)])),
    warmUps: observations.flatMap(({ warmUps }) => warmUps),
  };
}

/** Returns for each round the mean CPU time of its two windows. */
export function cpuOf(rounds: Rounds<CpuWindow>, name: string): number[] {
  const pairs = rounds.get(name);
  if (pairs === undefined) throw new Error(`"${name}" was not measured`);
  return pairs.map(([there, back]) => (there.cpuMicros + back.cpuMicros) / 2);
}

/** Returns for each round the CPU time of one subject beyond that of another. */
export function beyond(rounds: Rounds<CpuWindow>, name: string, floor: string): number[] {
  const floors = cpuOf(rounds, floor);
  return cpuOf(rounds, name).map((value, round) => value - floors[round]!);
}
