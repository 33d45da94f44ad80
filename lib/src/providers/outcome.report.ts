import type { Verdict } from '../contract/verdict.js';
import type { VerificationError } from '../errors/verification.error.js';
import type { OutcomeStream } from '../events/outcome.stream.js';
import type { Inquiry } from '../http/inquiry.js';

/** How one verification ended, for the operator's log and for `outcomes$`. */
export class OutcomeReport {
  private readonly startedAt = performance.now(); // always: somebody may begin to listen meanwhile

  constructor(
    private readonly outcomes: OutcomeStream,
    private readonly inquiry: Inquiry,
    private readonly provider: string,
    private readonly reference: string,
  ) {}

  /** Tells of a verdict; `audit` is what an event keeps of an accepted one besides. */
  verdict(verdict: Verdict, audit: object): void {
    if (verdict.outcome === 'accepted') {
      if (!this.outcomes.observed) return;
      this.outcomes.publish({ ...audit, ...this.common(), outcome: 'accepted', claims: verdict.claims });
      return;
    }
    const { reason, details } = verdict;
    if (reason === 'malformed_evidence' && this.inquiry.attempts > 0) {
      const code = details.code === undefined ? '' : ` (${String(details.code)})`;
      this.outcomes.warn(`"${this.provider}" calls a request malformed${code}, reference ${this.reference}`);
    }
    if (this.outcomes.observed) {
      this.outcomes.publish({ ...this.common(), outcome: 'rejected', reason, details });
    }
  }

  /** Tells that nobody could find out. */
  failure(error: VerificationError): void {
    logFailure(this.outcomes, error, this.inquiry.attempts, `, reference ${this.reference}`);
    if (this.outcomes.observed) {
      this.outcomes.publish({ ...this.common(), outcome: 'failed', reason: error.code });
    }
  }

  private common() {
    const { provider, reference, startedAt } = this;
    const durationMs = performance.now() - startedAt;
    return { provider, reference, attempts: this.inquiry.attempts, durationMs };
  }
}

/** What only the person concerned can do something about. */
const OF_THE_PERSON: ReadonlySet<VerificationError['code']> = new Set([
  'recipient_rejected',
  'recipient_limited',
  'evidence_missing',
]);

/** A line for the operator, unless nothing was asked or only the person concerned can do something about it. */
export function logFailure(
  outcomes: OutcomeStream,
  error: VerificationError,
  attempts: number,
  suffix = '',
): void {
  if (error.code === 'provider_unavailable' || error.code === 'provider_rate_limited') {
    if (attempts > 0) outcomes.warn(error.message + suffix);
  } else if (!OF_THE_PERSON.has(error.code)) {
    outcomes.error(error.message + suffix, error.cause);
  }
}
