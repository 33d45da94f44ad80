import { Inject } from '@nestjs/common';
import type { Answer } from '../contract/answer.js';
import type { Evidence } from '../contract/evidence.js';
import type { Requirement } from '../contract/requirement.js';
import type { AcceptedVerdict, Verdict } from '../contract/verdict.js';
import { expectKnownMembers } from '../errors/known-members.js';
import { EvidenceMissingError } from '../errors/verification.error.js';
import type { CallRecord } from '../events/call-record.js';
import { correlationIdOf } from '../events/correlation-id.js';
import type { Check } from './check.js';
import type { DeclaredEvidence } from './declared-evidence.js';
import { Examiner } from './examiner.js';

/** Options of a manual check. */
export interface VerifyOptions {
  /** The application's name for the request, in events and log lines: up to 128 letters, digits and `_.:/+=@-`. */
  readonly correlationId?: string | undefined;
}

/** The members of an accepted verdict that only this provider has. */
export type ExtrasOf<A extends AcceptedVerdict> = Omit<A, keyof AcceptedVerdict>;

/**
 * A service that can tell whether a claim holds. Extend it, or `HttpProvider` for an HTTP API, and list the class in
 * `customProviders` to use it in `@RequireVerification` under its `name`.
 */
export abstract class VerificationProvider<
  E extends Evidence = Evidence,
  R extends Requirement = Requirement,
  A extends AcceptedVerdict = AcceptedVerdict,
  C extends Check = Check,
> {
  /** The name that routes use; unique in the application. */
  abstract readonly name: string;

  /** Where the evidence is in a request, and what it may look like. */
  abstract readonly evidence: DeclaredEvidence<E>;

  /** Members of a requirement besides `claims`; any other member stops the boot. */
  readonly requirementMembers: readonly string[] = [];

  /** Members of the requirement that a route may give as a function of the request. */
  readonly perRequest: readonly string[] = [];

  @Inject(Examiner) protected readonly examiner!: Examiner;

  /**
   * Checks a requirement and prepares everything that does not change between requests.
   * @throws ConfigurationError when the provider is not configured or can never satisfy the requirement.
   */
  abstract describe(requirement: R): C;

  /**
   * Asks the service and reads its answer, which the library then holds against the check's claims.
   * @throws VerificationError when there is no answer, or none that its documentation knows.
   */
  abstract ask(check: C, evidence: E, record: CallRecord): Promise<Answer<ExtrasOf<A>>>;

  /**
   * Merges the members of two requirements besides their claims. Without it, two demands must have the same members.
   * @throws ConfigurationError where they cannot both be met by one answer.
   */
  merge?(first: R, second: R): Omit<R, 'claims'>;

  /** A text for what sets a requirement apart besides its claims: a receipt of one is none for another. */
  scopeOf?(requirement: R): string;

  /** A name of the proof itself, however its evidence was written; a route may let it pass once. */
  proofOf?(evidence: E, verdict: A): string;

  /** The members of a remembered verdict besides its claims; the earlier acceptance met the same requirement. */
  recall?(claims: readonly string[], requirement: R): ExtrasOf<A>;

  /** The members of an accepted verdict that an event keeps for audit. */
  auditOf?(verdict: A): object;

  /** @throws ConfigurationError for a requirement that the provider cannot meet, or with a member that it does not know. */
  prepare(requirement: R | undefined): C {
    const written = requirement ?? ({} as R);
    const known = ['claims', ...this.requirementMembers];
    expectKnownMembers(written, known, `A requirement of "${this.name}"`, this.name);
    return this.describe(written);
  }

  /**
   * Asks the provider; spends the evidence.
   * @throws EvidenceMissingError when the evidence is not complete; no provider call is made then.
   * @throws VerificationError when no verdict could be found.
   */
  async verify(evidence: E, requirement?: R, { correlationId }: VerifyOptions = {}): Promise<Verdict<A>> {
    const check = this.prepare(requirement);
    const admitted = this.evidence.admit(evidence);
    if (admitted === undefined)
      throw new EvidenceMissingError(this.name, `no usable evidence for "${this.name}"`);
    const verdict: Verdict = await this.examiner.examine(
      this,
      check,
      admitted,
      correlationIdOf(correlationId),
    );
    return verdict as Verdict<A>; // the examiner asks this very provider
  }
}
