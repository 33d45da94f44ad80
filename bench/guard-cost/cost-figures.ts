import { applicationOf, type ApplicationName } from '../applications/application.js';
import { beyond, cpuOf, type Observation } from '../statistics/observation.js';
import type { Rounds } from '../statistics/paired-rounds.js';
import { median, ratioOf, spreadOf, type Spread } from '../statistics/spread.js';
import type { WarmUpReport } from '../statistics/steady-state.js';
import { errorOf, verdictOf, type Verdict } from '../statistics/verdict.js';
import { applicationsOf, CONTROL, CONTROL_FLOOR, type Comparison, type Ratio } from './comparison.js';
import type { Window } from './loaded-server.js';

/** One application under one load. */
export interface ApplicationFigures {
  readonly name: ApplicationName;
  readonly cpuMicros: Spread;
  /** {@link cpuMicros} beyond the floor, compared within each round; a floor has none. */
  readonly guardMicros?: Spread;
  /** The medians of all windows. */
  readonly requestsPerSecond: number;
  readonly busy: number;
  readonly p50: number;
  readonly p99: number;
}

export interface RatioFigures extends Ratio {
  readonly spread: Spread;
  readonly verdict?: Verdict;
}

/** A comparison with one number of connections. */
export interface CostFigures {
  readonly comparison: Comparison;
  readonly connections: number;
  readonly applications: readonly ApplicationFigures[];
  readonly ratios: readonly RatioFigures[];
  /** The cost of the first variant's second process divided by that of its first. */
  readonly control: Spread;
  /** The share by which {@link control} is off. */
  readonly error: number;
  readonly warmUps: readonly WarmUpReport[];
  readonly shortestSeconds: number;
}

function figuresOf(rounds: Rounds<Window>, name: ApplicationName): ApplicationFigures {
  const { floor } = applicationOf(name);
  const windows = rounds.get(name)!.flat();
  const middle = (key: 'requestsPerSecond' | 'busy' | 'p50' | 'p99'): number =>
    median(windows.map(window => window[key]));
  return {
    name,
    cpuMicros: spreadOf(cpuOf(rounds, name)),
    ...(floor === name ? {} : { guardMicros: spreadOf(beyond(rounds, name, floor)) }),
    requestsPerSecond: middle('requestsPerSecond'),
    busy: middle('busy'),
    p50: middle('p50'),
    p99: middle('p99'),
  };
}

/** The figures of a comparison from what was observed. */
export function costFigures(
  comparison: Comparison,
  connections: number,
  { rounds, warmUps }: Observation<Window>,
): CostFigures {
  const floorOf = (application: ApplicationName, process: string): string =>
    process === CONTROL && rounds.has(CONTROL_FLOOR) ? CONTROL_FLOOR : applicationOf(application).floor;
  const costs = (application: ApplicationName, process: string = application): number[] =>
    comparison.measure === 'CPU'
      ? cpuOf(rounds, process)
      : beyond(rounds, process, floorOf(application, process));
  const [first] = comparison.variants;
  const control = ratioOf(costs(first, CONTROL), costs(first));
  const error = errorOf(control);
  const ratios = comparison.ratios.map((ratio): RatioFigures => {
    const spread = ratioOf(costs(ratio.of), costs(ratio.over));
    const { atMost } = ratio;
    return {
      ...ratio,
      spread,
      ...(atMost === undefined ? {} : { verdict: verdictOf(spread, atMost, error) }),
    };
  });
  return {
    comparison,
    connections,
    applications: applicationsOf(comparison).map(name => figuresOf(rounds, name)),
    ratios,
    control,
    error,
    warmUps,
    shortestSeconds: Math.min(...[...rounds.values()].flat(2).map(({ seconds }) => seconds)),
  };
}
