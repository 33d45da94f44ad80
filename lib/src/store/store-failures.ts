import type { Outcomes } from '../events/outcomes.js';
import { Repetition } from '../events/repetition.js';
import { errorWord } from './error-word.js';

/** The one place where failures of the store become log lines. */
export class StoreFailures {
  private readonly repetition: Repetition;

  constructor(
    private readonly outcomes: Pick<Outcomes, 'warn'>,
    now?: () => number,
  ) {
    this.repetition = new Repetition(now);
  }

  tell(operation: string, provider: string | undefined, error: unknown): void {
    this.repetition.rarely(JSON.stringify([operation, provider]), leftOut => {
      const about = { provider, operation, error: errorWord(error), leftOut };
      this.outcomes.warn('verification.store_failed', 'the state store failed', about);
    });
  }
}
