import type { SandboxProvider } from '../sandbox-provider.js';
import { parseFault, type Fault } from './fault.js';

/** A fault, and the number of calls that it will still hit. */
interface WaitingFault {
  readonly id: number;
  readonly fault: Fault;
  left: number;
}

/** Faults that wait for their calls, oldest first. */
export class FaultQueue {
  private queue: WaitingFault[] = [];
  private count = 0;

  /** Queues a fault for the next calls to its API. */
  inject(fault: Fault): void {
    this.count += 1;
    this.queue.push({ id: this.count, fault: { ...parseFault(fault) }, left: fault.times ?? 1 });
  }

  /** Forgets every fault that has not hit yet, of one API or of all. */
  clear(provider?: SandboxProvider): void {
    this.queue = this.queue.filter(({ fault }) => provider !== undefined && fault.provider !== provider);
  }

  /** The faults that will hit more calls, oldest first. */
  waiting(): readonly Readonly<WaitingFault>[] {
    return this.queue;
  }

  /** The fault that hits this call, if any. The call counts. */
  take(provider: SandboxProvider): Fault | undefined {
    const next = this.queue.find(({ fault }) => fault.provider === provider);
    if (!next) return undefined;
    next.left -= 1;
    if (next.left <= 0) this.queue = this.queue.filter(entry => entry !== next);
    return next.fault;
  }
}
