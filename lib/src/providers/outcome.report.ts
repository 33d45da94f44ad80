import type { Verdict } from '../contract/verdict.js';
import type { VerificationError } from '../errors/verification.error.js';
import type { OutcomeStream } from '../events/outcome.stream.js';
import type { Inquiry } from '../http/inquiry.js';

/** What a verification is called in events and log lines. */
export interface Subject {
  readonly provider: string;
  readonly reference: string;
  readonly correlationId: string | undefined;
}

/** How one verification ended, for the operator's log and for `outcomes$`. */
export class OutcomeReport {
  private readonly startedAt = performance.now(); // always: somebody may begin to listen meanwhile

  /** What becomes of the question; requests are written down while somebody listens. */
  readonly inquiry: Inquiry;

  constructor(
    private readonly outcomes: OutcomeStream,
    private readonly subject: Subject,
  ) {
    const trail = outcomes.observed ? { askedAt: this.startedAt, attempts: [] } : undefined;
    this.inquiry = { attempts: 0, ambiguous: false, trail };
  }

  /** Tells of a verdict; `audit` is what an event keeps of an accepted one besides. */
  verdict(verdict: Verdict, audit: object): void {
    if (verdict.outcome === 'accepted') {
      if (!this.outcomes.observed) return;
      this.outcomes.publish({ ...audit, ...this.common(), outcome: 'accepted', claims: verdict.claims });
      return;
    }
    const { reason, details } = verdict;
    if (reason === 'malformed_evidence' && this.inquiry.attempts > 0) {
      const code = details.code === undefined ? undefined : String(details.code);
      const message = `"${this.subject.provider}" calls a request malformed`;
      this.outcomes.warn('verification.malformed', message, { ...this.subject, code });
    }
    if (this.outcomes.observed) {
      this.outcomes.publish({ ...this.common(), outcome: 'rejected', reason, details });
    }
  }

  /** Tells that nobody could find out. */
  failure(error: VerificationError): void {
    logFailure(this.outcomes, error, this.inquiry.attempts, this.subject);
    if (this.outcomes.observed) {
      this.outcomes.publish({ ...this.common(), outcome: 'failed', reason: error.code });
    }
  }

  private common() {
    const { provider, reference, correlationId } = this.subject;
    const { attempts, trail } = this.inquiry;
    return {
      provider,
      reference,
      attempts,
      durationMs: performance.now() - this.startedAt,
      ...(trail === undefined ? undefined : { trail: trail.attempts }),
      ...(correlationId === undefined ? undefined : { correlationId }),
    };
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
  subject: Partial<Subject> & Pick<Subject, 'provider'>,
): void {
  const about = { ...subject, code: error.code };
  if (error.code === 'provider_unavailable' || error.code === 'provider_rate_limited') {
    if (attempts > 0) outcomes.warn('verification.failed', error.message, about);
  } else if (!OF_THE_PERSON.has(error.code)) {
    outcomes.error('verification.failed', error.message, { ...about, origin: error.cause });
  }
}
