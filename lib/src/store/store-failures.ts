import type { Outcomes } from '../events/outcomes.js';
import { errorWord } from './error-word.js';

/** A line for one operation on one provider's state in so many milliseconds. */
const QUIET_MS = 10_000;

/** The one place where failures of the store become log lines. */
export class StoreFailures {
  private readonly told = new Map<string, { readonly at: number; leftOut: number }>();

  constructor(
    private readonly outcomes: Pick<Outcomes, 'warn'>,
    private readonly now = () => performance.now(),
  ) {}

  tell(operation: string, provider: string | undefined, error: unknown): void {
    const key = JSON.stringify([operation, provider]);
    const now = this.now();
    const last = this.told.get(key);
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.leftOut++;
      return;
    }
    this.told.set(key, { at: now, leftOut: 0 });
    const leftOut = last === undefined || last.leftOut === 0 ? undefined : last.leftOut;
    this.outcomes.warn('verification.store_failed', 'the state store failed', {
      provider,
      operation,
      error: errorWord(error),
      leftOut,
    });
  }
}
