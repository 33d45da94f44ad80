import type { Effort } from '../effort.js';
import type { Comparison } from '../guard-cost/comparison.js';
import type { CostFigures } from '../guard-cost/cost-figures.js';
import type { FloodFigures } from '../flood/flood.figures.js';
import type { GuardFigures } from '../guard-only/guard-only.js';
import type { StoreCost } from '../memory/store.process.js';
import type { WaitingFigures } from '../memory/waiting.js';
import type { CrashFigures } from '../scale/crash.figures.js';
import type { LoadFigures } from '../scale/load.figures.js';
import type { StartFigures } from '../start/start.js';

/** Everything that a run measured. */
export interface Figures {
  readonly effort: Effort;
  /** The version and the commit of the other build, if there is one. */
  readonly before?: string;
  readonly costs: readonly CostFigures[];
  readonly guards: readonly GuardFigures[];
  readonly starts: readonly StartFigures[];
  readonly waiting: readonly WaitingFigures[];
  readonly store?: StoreCost;
  readonly load?: LoadFigures;
  readonly crash?: CrashFigures;
  readonly flood?: FloodFigures;
  /** Comparisons that were left out because the other libraries are not there. */
  readonly leftOut: readonly Comparison[];
}
