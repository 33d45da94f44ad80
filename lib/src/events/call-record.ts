import type { VerificationAttempt } from './verification.event.js';

/** The fate of one question to a provider, for events, log lines and the verdict. */
export class CallRecord {
  /** Requests made. */
  attempts = 0;
  /** Whether an attempt may have reached the provider while its answer was lost. */
  ambiguous = false;
  readonly reference: string | undefined;
  readonly correlationId: string | undefined;
  /** Every request in turn; kept only while somebody listens to `outcomes$`. */
  readonly trail: VerificationAttempt[] | undefined;
  private readonly startedAt: number;

  constructor(
    readonly provider: string,
    {
      reference,
      correlationId,
      startedAt = performance.now(),
    }: {
      reference?: string | undefined;
      correlationId?: string | undefined;
      startedAt?: number;
    } = {},
    isObserved = false,
  ) {
    this.reference = reference;
    this.correlationId = correlationId;
    this.startedAt = startedAt;
    this.trail = isObserved ? [] : undefined;
  }

  /** Milliseconds since the question was asked. */
  get durationMs(): number {
    return performance.now() - this.startedAt;
  }
}
