import type { Effort } from '../effort.js';
import { PinnedProcess } from '../pinned.process.js';
import { beyond, joined, observe, type CpuWindow, type Observation } from '../statistics/observation.js';
import { ratioOf, spreadOf, type Spread } from '../statistics/spread.js';
import type { WarmUpReport } from '../statistics/steady-state.js';
import { errorOf, verdictOf, type Verdict } from '../statistics/verdict.js';
import { NO_GUARD, ROUTES, type Route, type RouteName } from './route.js';

/** The guard of one route, by itself. */
export interface GuardFigures extends Route {
  /** CPU microseconds for each judgement, beyond those of a guard that only says yes. */
  readonly micros: Spread;
  /** The cost in a second process divided by that in the first. */
  readonly control: Spread;
  /** The share by which {@link control} is off. */
  readonly error: number;
  /** Today's cost divided by that of the other build, if there is one. */
  readonly nowOverBefore?: Spread;
  readonly verdict?: Verdict;
  readonly warmUps: readonly WarmUpReport[];
}

/** A window of this many seconds holds thousands of judgements. */
const LONGEST_WINDOW = 1;

/** Starts the processes of one route, observes them, and stops them. */
async function observeRoute(
  name: RouteName,
  effort: Effort,
  before: string | undefined,
): Promise<Observation<CpuWindow>> {
  const processes: [string, string[]][] = [
    [NO_GUARD, [NO_GUARD]],
    ['now', [name]],
    ['control', [name]],
  ];
  if (before !== undefined) processes.push(['before', [name, before]]);
  const started: [string, PinnedProcess][] = [];
  try {
    for (const [process, args] of processes) {
      const file = new URL('guard-only.process.js', import.meta.url);
      started.push([process, await PinnedProcess.start(0, file, args)]);
    }
    const subjects = started.map(([process, one]) => ({
      name: process,
      measure: (seconds: number) => one.ask<CpuWindow>({ seconds }),
    }));
    const seconds = Math.min(effort.seconds, LONGEST_WINDOW);
    return await observe(subjects, { ...effort, seconds });
  } finally {
    await Promise.all(started.map(([, one]) => one.stop()));
  }
}

async function measureRoute(name: RouteName, effort: Effort, before?: string): Promise<GuardFigures> {
  const observations: Observation<CpuWindow>[] = [];
  for (let start = 0; start < effort.starts; start++)
    observations.push(await observeRoute(name, effort, before));
  const { rounds, warmUps } = joined(observations);
  const costs = (process: string): number[] => beyond(rounds, process, NO_GUARD);
  const route: Route = ROUTES[name];
  const micros = spreadOf(costs('now'));
  const control = ratioOf(costs('control'), costs('now'));
  const error = errorOf(control);
  const { atMostMicros } = route;
  return {
    ...route,
    micros,
    control,
    error,
    ...(before === undefined ? {} : { nowOverBefore: ratioOf(costs('now'), costs('before')) }),
    ...(atMostMicros === undefined ? {} : { verdict: verdictOf(micros, atMostMicros, error) }),
    warmUps,
  };
}

/** Measures the guards of some routes, one after another. */
export async function measureGuardOnly(
  names: readonly RouteName[],
  effort: Effort,
  before?: string,
): Promise<GuardFigures[]> {
  const figures: GuardFigures[] = [];
  for (const name of names) {
    console.error(`guard-only, ${ROUTES[name].title}`);
    figures.push(await measureRoute(name, effort, before));
  }
  return figures;
}
