import { Inject, Injectable } from '@nestjs/common';
import type { Answer } from '../contract/answer.js';
import { appraise } from '../contract/appraise.js';
import type { Evidence } from '../contract/evidence.js';
import type { AcceptedVerdict, Verdict } from '../contract/verdict.js';
import { ProviderProtocolError, VerificationError } from '../errors/verification.error.js';
import { redact } from '../errors/redact.js';
import { CallRecord } from '../events/call-record.js';
import { Outcomes } from '../events/outcomes.js';
import type { Check } from './check.js';
import { referenceOf } from './reference.js';

/** The part of a provider that answers. */
interface Answering {
  readonly name: string;
  ask(check: Check, evidence: Evidence, record: CallRecord): Promise<Answer>;
  auditOf?(verdict: AcceptedVerdict): object;
}

/** Turns an answer into a verdict: asks a provider, holds its answer against the check, and tells of the outcome. */
@Injectable()
export class Examiner {
  constructor(@Inject(Outcomes) readonly outcomes: Outcomes) {}

  /** @throws VerificationError when no verdict could be found. */
  async examine(
    provider: Answering,
    check: Check,
    evidence: Evidence,
    correlationId: string | undefined,
  ): Promise<Verdict> {
    const reference = referenceOf(provider.name, evidence);
    const record = new CallRecord(provider.name, { reference, correlationId }, this.outcomes.observed);
    try {
      const answer = appraise(await provider.ask(check, evidence, record), check.claims);
      const verdict = verdictOf(provider.name, answer, reference);
      const audit = verdict.outcome === 'accepted' ? provider.auditOf?.(verdict) : undefined;
      this.outcomes.verdict(record, verdict, audit);
      return verdict;
    } catch (error) {
      const failure = failureOf(provider.name, error);
      this.outcomes.failure(record, failure);
      throw failure;
    }
  }

  /**
   * Makes a call that verifies nothing, such as a start; its failures reach the operator as well.
   * @throws VerificationError in place of whatever was thrown.
   */
  async call<T>(record: CallRecord, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      const failure = failureOf(record.provider, error);
      this.outcomes.logFailure(record, failure);
      throw failure;
    }
  }
}

function verdictOf(provider: string, answer: Answer, reference: string): Verdict {
  if (answer.outcome === 'rejected') {
    const { reason, details } = answer;
    return { outcome: 'rejected', provider, reason, details, reference };
  }
  const { claims, extras, validUntil } = answer;
  const accepted: AcceptedVerdict = { outcome: 'accepted', provider, claims, reference };
  // Not by spreading: to a spread object V8 adds further members slowly.
  const verdict = Object.assign({}, extras, accepted);
  return validUntil === undefined ? verdict : { ...verdict, validUntil };
}

/** The error that callers see in place of whatever was thrown; foreign errors lose their text. */
function failureOf(provider: string, error: unknown): VerificationError {
  if (error instanceof VerificationError) return error;
  return new ProviderProtocolError(provider, `"${provider}" failed unexpectedly`, { cause: redact(error) });
}
