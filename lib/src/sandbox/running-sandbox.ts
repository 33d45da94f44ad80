import type { CallLog } from './call-log.js';
import type { FaultQueue } from './faults/fault-queue.js';
import type { Sandbox } from './sandbox.js';
import type { Emulators } from './sandbox-provider.js';

/** The parts of a sandbox that its pages and its control surface share. */
export interface RunningSandbox extends Pick<Sandbox, 'url' | 'baseUrls'> {
  readonly emulators: Emulators;
  readonly faults: FaultQueue;
  readonly log: CallLog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
