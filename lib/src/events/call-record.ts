import type { VerificationAttempt } from './verification.event.js';

/** Options of a {@link CallRecord}. */
interface CallNames {
  /** The verdict's reference; calls that verify nothing have none. */
  readonly reference?: string | undefined;
  readonly correlationId?: string | undefined;
  /** By `performance.now()`. @default now */
  readonly startedAt?: number;
}

/** What became of one question to a provider, for events, log lines and the verdict. */
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
    { reference, correlationId, startedAt = performance.now() }: CallNames = {},
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
