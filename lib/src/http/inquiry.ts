import type { VerificationAttempt } from '../events/verification.event.js';

/** The requests of one question, and when it was asked by `performance.now()`. */
export interface Trail {
  readonly askedAt: number;
  readonly attempts: VerificationAttempt[];
}

/** What became of one question to a provider, for events and for the verdict. */
export interface Inquiry {
  /** Requests made. */
  attempts: number;
  /** An attempt may have reached the provider, and its answer was lost. */
  ambiguous: boolean;
  /** Where requests are written down, while somebody listens. */
  readonly trail?: Trail | undefined;
}
