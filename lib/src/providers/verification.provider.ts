import { hash } from 'node:crypto';
import { Inject } from '@nestjs/common';
import type { Answer } from '../contract/answer.js';
import { appraise } from '../contract/appraise.js';
import { evidenceField, type Evidence, type EvidenceSource } from '../contract/evidence.js';
import type { Requirement } from '../contract/requirement.js';
import type { AcceptedVerdict, Verdict } from '../contract/verdict.js';
import {
  EvidenceMissingError,
  ProviderProtocolError,
  VerificationError,
} from '../errors/verification.error.js';
import { redact } from '../errors/redact.js';
import { OutcomeStream } from '../events/outcome.stream.js';
import type { Inquiry } from '../http/inquiry.js';
import type { Question } from './question.js';

/** A requirement ready to be held against evidence, any number of times. */
export interface Check<E extends Evidence = Evidence, A extends AcceptedVerdict = AcceptedVerdict> {
  /** The usable part of untrusted evidence, or `undefined` when it is not complete. */
  admit(evidence: unknown): E | undefined;
  /**
   * Asks the provider, which spends the evidence.
   * @throws VerificationError when it could not find out.
   */
  run(evidence: E): Promise<Verdict<A>>;
}

/** What an accepted verdict tells beyond the members that all have. */
export type ExtrasOf<A extends AcceptedVerdict> = Omit<A, keyof AcceptedVerdict>;

/**
 * A service that can tell whether a claim holds. Extend it, or `HttpVerificationProvider` for an HTTP API, and list
 * the class in `customProviders` to use it in `@RequireVerification` under its `name`.
 */
export abstract class VerificationProvider<
  E extends Evidence = Evidence,
  R extends Requirement = Requirement,
  A extends AcceptedVerdict = AcceptedVerdict,
  Q extends Question = Question,
> {
  /** What routes call it; unique in the application. */
  abstract readonly name: string;

  /** The sets of evidence members that suffice, most usual first; all members of one set must be there. */
  protected abstract readonly evidenceShapes: readonly (readonly (string & keyof E)[])[];

  @Inject(OutcomeStream) protected readonly outcomes!: OutcomeStream;

  /** Evidence as it usually comes with a request; checked by {@link Check.admit} afterwards. */
  abstract readEvidence(source: EvidenceSource): unknown;

  /**
   * Checks a requirement and prepares everything that does not change between requests.
   * @throws ConfigurationError when the provider is not configured or can never satisfy the requirement.
   */
  protected abstract compile(requirement: R): Q;

  /**
   * Asks the service and reads its answer.
   * @throws VerificationError when there is no answer, or none that its documentation knows.
   */
  protected abstract inquire(evidence: E, question: Q, inquiry: Inquiry): Promise<Answer<ExtrasOf<A>>>;

  /** The demand that demands both; two demands on one provider are asked as one, because evidence is single-use. */
  combine(first: R, second: R): R {
    if (first.claims === undefined || second.claims === undefined) {
      const claims = [...this.compile(first).claims, ...this.compile(second).claims];
      return { ...first, ...second, claims: [...new Set(claims)] };
    }
    return { ...first, ...second, claims: [...new Set([...first.claims, ...second.claims])] };
  }

  /** @throws ConfigurationError when the provider is not configured or can never satisfy the requirement. */
  prepare(requirement?: R): Check<E, A> {
    const question = this.compile(requirement ?? ({} as R));
    return {
      admit: evidence => this.admit(evidence),
      run: evidence => this.run(evidence, question),
    };
  }

  /**
   * Asks the provider; spends the evidence.
   * @throws EvidenceMissingError when the evidence is not complete; the provider is then not asked.
   * @throws VerificationError when it could not find out.
   */
  async verify(evidence: E, requirement?: R): Promise<Verdict<A>> {
    const check = this.prepare(requirement);
    const admitted = check.admit(evidence);
    if (admitted === undefined)
      throw new EvidenceMissingError(this.name, `no usable evidence for "${this.name}"`);
    return check.run(admitted);
  }

  private admit(evidence: unknown): E | undefined {
    for (const shape of this.evidenceShapes) {
      const admitted: Record<string, string> = {};
      for (const name of shape) {
        const text = evidenceField(evidence, name);
        if (text !== undefined) admitted[name] = text;
      }
      if (Object.keys(admitted).length === shape.length) return admitted as E;
    }
    return undefined;
  }

  private async run(evidence: E, question: Q): Promise<Verdict<A>> {
    const startedAt = this.outcomes.observed ? performance.now() : 0;
    const inquiry: Inquiry = { attempts: 0, ambiguous: false };
    const reference = referenceOf(this.name, evidence);
    try {
      const answer = appraise(await this.inquire(evidence, question, inquiry), question.claims);
      const verdict = this.verdictOf(answer, reference);
      this.tell(verdict, inquiry, startedAt);
      return verdict;
    } catch (error) {
      const failure = this.failureOf(error);
      this.tellFailure(failure, inquiry, reference, startedAt);
      throw failure;
    }
  }

  private verdictOf(answer: Answer<ExtrasOf<A>>, reference: string): Verdict<A> {
    if (answer.outcome === 'refused') {
      const { reason, details } = answer;
      return { outcome: 'rejected', provider: this.name, reason, details, reference };
    }
    const accepted: AcceptedVerdict = {
      outcome: 'accepted',
      provider: this.name,
      claims: answer.claims,
      reference,
    };
    // Not by spreading: to a spread object V8 adds further members slowly. ExtrasOf<A> and AcceptedVerdict make up A.
    return Object.assign({}, answer.extras, accepted) as unknown as A;
  }

  protected failureOf(error: unknown): VerificationError {
    if (error instanceof VerificationError) return error;
    return new ProviderProtocolError(this.name, `"${this.name}" failed unexpectedly`, {
      cause: redact(error),
    });
  }

  private tell(verdict: Verdict<A>, { attempts }: Inquiry, startedAt: number): void {
    if (verdict.outcome === 'rejected' && verdict.reason === 'malformed_evidence' && attempts > 0) {
      const code = verdict.details.code === undefined ? '' : ` (${String(verdict.details.code)})`;
      this.outcomes.warn(`"${this.name}" calls a request malformed${code}, reference ${verdict.reference}`);
    }
    if (!this.outcomes.observed) return;
    const durationMs = performance.now() - startedAt;
    const { provider, reference } = verdict;
    if (verdict.outcome === 'rejected') {
      const { reason, details } = verdict;
      this.outcomes.publish({
        outcome: 'rejected',
        provider,
        reason,
        details,
        reference,
        attempts,
        durationMs,
      });
    } else {
      const audit = this.auditOf(verdict);
      this.outcomes.publish({
        ...audit,
        outcome: 'accepted',
        provider,
        claims: verdict.claims,
        reference,
        attempts,
        durationMs,
      });
    }
  }

  /** What an event keeps of an accepted verdict for audit; nothing, unless the provider signs its verdicts. */
  protected auditOf(_verdict: A): object {
    return {};
  }

  /** A line for the operator, unless only the person concerned can do something about it. */
  protected log(error: VerificationError, attempts: number, reference?: string): void {
    const line = reference === undefined ? error.message : `${error.message}, reference ${reference}`;
    if (error.code === 'provider_unavailable' || error.code === 'provider_rate_limited') {
      if (attempts > 0) this.outcomes.warn(line);
    } else if (error.code !== 'recipient_rejected' && error.code !== 'evidence_missing') {
      this.outcomes.error(line, error.cause);
    }
  }

  private tellFailure(
    error: VerificationError,
    { attempts }: Inquiry,
    reference: string,
    startedAt: number,
  ): void {
    this.log(error, attempts, reference);
    if (!this.outcomes.observed) return;
    const durationMs = performance.now() - startedAt;
    const provider = this.name;
    this.outcomes.publish({
      outcome: 'failed',
      provider,
      reason: error.code,
      reference,
      attempts,
      durationMs,
    });
  }
}

function referenceOf(name: string, evidence: Evidence): string {
  return hash('sha256', `${name}\0${Object.values(evidence).join('\0')}`, 'base64url').slice(0, 22);
}
