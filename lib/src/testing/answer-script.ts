import type { Answer } from '../contract/answer.js';

/** An answer that a test gives in a provider's place. */
export interface Said {
  /** Makes the answer to every question anew. Throws if nobody could find out. */
  readonly answer: () => Answer;
  /** `true` if it concerns every call, and not verifications alone. */
  readonly isOutage: boolean;
}

/** The answers of a fake: first those for one question, in order, and then the one for good. */
export class AnswerScript {
  private readonly once: Said[] = [];
  private forGood: Said | undefined;

  sayForGood(said: Said): void {
    this.forGood = said;
  }

  sayOnce(said: Said): void {
    this.once.push(said);
  }

  /** The next answer, without taking it. */
  get upcoming(): Said | undefined {
    return this.once[0] ?? this.forGood;
  }

  take(): Said | undefined {
    return this.once.shift() ?? this.forGood;
  }

  clear(): void {
    this.once.length = 0;
    this.forGood = undefined;
  }
}
