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
import { expectKnownMembers } from '../errors/known-members.js';
import { redact } from '../errors/redact.js';
import { correlationIdOf } from '../events/correlation.id.js';
import { OutcomeStream } from '../events/outcome.stream.js';
import type { Inquiry } from '../http/inquiry.js';
import { combined, scopeOf } from './combined.requirement.js';
import { OutcomeReport } from './outcome.report.js';
import type { Question } from './question.js';
import { referenceOf } from './reference.js';

/** A requirement ready to be held against evidence, any number of times. */
export interface Check<E extends Evidence = Evidence, A extends AcceptedVerdict = AcceptedVerdict> {
  /** The claims it demands; never empty. */
  readonly claims: readonly string[];
  /** The usable part of untrusted evidence, or `undefined` when it is not complete. */
  admit(evidence: unknown): E | undefined;
  /**
   * Asks the provider, which spends the evidence; `correlationId` names the request in events and log lines.
   * @throws VerificationError when it could not find out.
   */
  run(evidence: E, correlationId?: string): Promise<Verdict<A>>;
}

/** What a manual check can be told besides. */
export interface VerifyOptions {
  /** What the application calls the request, for events and log lines: up to 128 letters, digits and `_.:/+=@-`. */
  readonly correlationId?: string | undefined;
}

/** What is left of an acceptance that is remembered. */
export type Remembered = Pick<AcceptedVerdict, 'claims' | 'reference'>;

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

  /** The members of a form that {@link readEvidence} reads; a form's own class need not name them. */
  readonly evidenceFields: readonly string[] = [];

  /** The query parameters that {@link readEvidence} reads; for documentation. */
  readonly evidenceParameters: readonly string[] = [];

  /** Members of a requirement besides `claims`; any other member stops the boot. */
  readonly requirementMembers: readonly string[] = [];

  /** Members of the requirement that a route may give as a function of the request. */
  readonly perRequest: readonly string[] = [];

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

  /**
   * The demand that demands both; two demands on one provider are asked as one, because evidence is single-use.
   * Override it for members of your own that can be told together.
   * @throws ConfigurationError when they differ in anything but claims: neither may replace the other.
   */
  combine(first: R, second: R): R {
    return combined(this.name, first, second, each => this.compile(each).claims);
  }

  /** @throws ConfigurationError when the provider is not configured or can never satisfy the requirement. */
  prepare(requirement?: R): Check<E, A> {
    const written = requirement ?? ({} as R);
    const known = ['claims', ...this.requirementMembers];
    expectKnownMembers(written, known, `A requirement of "${this.name}"`, this.name);
    const question = this.compile(written);
    return {
      claims: question.claims,
      admit: evidence => this.admit(evidence),
      run: (evidence, correlationId) => this.run(evidence, question, correlationId),
    };
  }

  /**
   * Asks the provider; spends the evidence.
   * @throws EvidenceMissingError when the evidence is not complete; the provider is then not asked.
   * @throws VerificationError when it could not find out.
   */
  async verify(evidence: E, requirement?: R, { correlationId }: VerifyOptions = {}): Promise<Verdict<A>> {
    const check = this.prepare(requirement);
    const admitted = check.admit(evidence);
    if (admitted === undefined)
      throw new EvidenceMissingError(this.name, `no usable evidence for "${this.name}"`);
    return check.run(admitted, correlationIdOf(correlationId));
  }

  /** The verdict on a visitor whose earlier acceptance is remembered, which was on the same requirement but for claims. */
  remembered({ claims, reference }: Remembered, requirement: R): A {
    const accepted: AcceptedVerdict = { outcome: 'accepted', provider: this.name, claims, reference };
    // ExtrasOf<A> and AcceptedVerdict make up A.
    return { ...this.recall(claims, requirement), ...accepted, remembered: true } as unknown as A;
  }

  /** What sets two requirements apart besides their claims: an acceptance of one is not remembered for the other. */
  scopeOf(requirement: R): string {
    return scopeOf(this.name, requirement);
  }

  /** What names the proof itself, however its evidence was written; a route may let it pass once. */
  proofOf(evidence: E, _verdict?: A): string {
    return Object.values(evidence).join('\0');
  }

  /** What a remembered verdict tells besides its claims; override it where verdicts have members that always are there. */
  protected recall(_claims: readonly string[], _requirement: R): ExtrasOf<A> {
    return {} as ExtrasOf<A>;
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

  private async run(evidence: E, question: Q, correlationId: string | undefined): Promise<Verdict<A>> {
    const reference = referenceOf(this.name, evidence);
    const report = new OutcomeReport(this.outcomes, { provider: this.name, reference, correlationId });
    try {
      const answer = appraise(await this.inquire(evidence, question, report.inquiry), question.claims);
      const verdict = this.verdictOf(answer, reference);
      report.verdict(verdict, verdict.outcome === 'accepted' ? this.auditOf(verdict) : {});
      return verdict;
    } catch (error) {
      const failure = this.failureOf(error);
      report.failure(failure);
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
    const verdict = Object.assign({}, answer.extras, accepted) as unknown as A;
    return answer.validUntil === undefined ? verdict : { ...verdict, validUntil: answer.validUntil };
  }

  /** The error that callers see in place of whatever was thrown; what is not ours loses its text. */
  protected failureOf(error: unknown): VerificationError {
    if (error instanceof VerificationError) return error;
    return new ProviderProtocolError(this.name, `"${this.name}" failed unexpectedly`, {
      cause: redact(error),
    });
  }

  /** What an event keeps of an accepted verdict for audit; nothing, unless the provider signs its verdicts. */
  protected auditOf(_verdict: A): object {
    return {};
  }
}
