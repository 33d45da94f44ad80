import { withoutStack } from '../errors/without-stack.js';
import { WireFault } from './wire-fault.js';

/** Bounds the calls under way to one provider, and those that wait for a place, first come, first served. */
export class Bulkhead {
  private active = 0;
  private readonly queue = new Set<{ readonly enter: () => void; readonly timer: NodeJS.Timeout }>();

  constructor(
    private readonly maxConcurrent: number,
    private readonly maxQueue: number,
  ) {}

  /** Takes a free place, where there is one; {@link leave} gives it back. */
  tryEnter(): boolean {
    if (this.active >= this.maxConcurrent) return false;
    this.active++;
    return true;
  }

  /**
   * Waits for a place, for `waitMs` milliseconds at most; {@link leave} gives it back.
   * @throws WireFault when the queue is full or the time is over.
   */
  enter(waitMs: number): Promise<void> {
    if (this.queue.size >= this.maxQueue) return Promise.reject(queueFull());
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.queue.delete(waiting);
        reject(queueFull());
      };
      const waiting = { enter: resolve, timer: setTimeout(giveUp, waitMs).unref() };
      this.queue.add(waiting);
    });
  }

  /** Gives the place to whoever waits longest. */
  leave(): void {
    const [next] = this.queue;
    if (next === undefined) {
      this.active--;
      return;
    }
    this.queue.delete(next);
    clearTimeout(next.timer);
    next.enter();
  }
}

function queueFull(): WireFault {
  return withoutStack(() => new WireFault('queue_full', false));
}
