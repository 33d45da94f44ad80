import type { Answer } from '../contract/answer.js';

/** What a test says that a provider does when it is asked. */
export interface Said {
  /** Made anew for every question; throws where nobody could find out. */
  readonly answer: () => Answer;
  /** Whether it concerns every call, and not verifications alone. */
  readonly isOutage: boolean;
}

/** What a fake says next: what was said for one question, in order, and then what was said for good. */
export class AnswerScript {
  private readonly once: Said[] = [];
  private forGood: Said | undefined;

  sayForGood(said: Said): void {
    this.forGood = said;
  }

  sayOnce(said: Said): void {
    this.once.push(said);
  }

  /** What comes next, without taking it. */
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
