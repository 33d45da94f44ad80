import type { WarmUp } from './statistics/steady-state.js';

/** The length of a measurement. */
export interface Effort {
  /** The number of times that each process is started anew, because two processes of one application are not equally fast. */
  readonly starts: number;
  /** Rounds after each start. */
  readonly rounds: number;
  /** The length of a window. */
  readonly seconds: number;
  /** The load that each new process gets first, so that all of its code is compiled: tens of thousands of requests. */
  readonly heatSeconds: number;
  readonly warmUp: WarmUp;
  /** Limits a comparison to these numbers of connections. */
  readonly connections?: readonly number[];
}

export const FULL: Effort = {
  starts: 2,
  rounds: 5,
  seconds: 0.4,
  heatSeconds: 6,
  warmUp: { seconds: 0.4, atMostChange: 0.05, atLeastWindows: 3, atMostWindows: 6 },
};

/** Answers one question in about a minute. */
export const QUICK: Effort = {
  starts: 1,
  rounds: 3,
  seconds: 2,
  heatSeconds: 2,
  warmUp: { seconds: 0.8, atMostChange: 0.08, atLeastWindows: 3, atMostWindows: 6 },
  connections: [50],
};
