import { parseFault, type Fault } from './fault.js';
import type { SandboxProvider } from './sandbox.provider.js';

/** Faults that wait for their calls, oldest first. */
export class FaultQueue {
  #waiting: { readonly fault: Fault; left: number }[] = [];

  /** Queues a fault for the next calls to its API. */
  inject(fault: Fault): void {
    this.#waiting.push({ fault: { ...parseFault(fault) }, left: fault.times ?? 1 });
  }

  /** Forgets every fault that has not hit yet. */
  clear(): void {
    this.#waiting = [];
  }

  /** The fault that hits this call, if any; it is used up by one. */
  take(provider: SandboxProvider): Fault | undefined {
    const next = this.#waiting.find(({ fault }) => fault.provider === provider);
    if (!next) return undefined;
    next.left -= 1;
    if (next.left <= 0) this.#waiting = this.#waiting.filter(entry => entry !== next);
    return next.fault;
  }
}
