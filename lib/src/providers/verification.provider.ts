import { Inject } from '@nestjs/common';
import type { Answer } from '../contract/answer.js';
import { appraise, verdictOf } from '../contract/appraise.js';
import type { Evidence } from '../contract/evidence.js';
import { named, type Unnamed } from '../contract/reference.js';
import type { Requirement } from '../contract/requirement.js';
import type { AcceptedVerdict, ExtrasOf, RejectedVerdict, Verdict } from '../contract/verdict.js';
import { expectKnownMembers } from '../errors/known-members.js';
import {
  EvidenceMissingError,
  ProviderProtocolError,
  VerificationError,
} from '../errors/verification.error.js';
import { redact } from '../errors/redact.js';
import { CallRecord, type CallContext, type CallOptions, type Inquiry } from '../events/call-record.js';
import { correlationIdOf } from '../events/correlation-id.js';
import { expectCheck, type Check } from './check.js';
import type { DeclaredEvidence } from './declared-evidence.js';
import { Outcomes } from '../events/outcomes.js';
import { Scopes } from '../store/scopes.js';
import { ApplicationKey } from './application-key.js';
import { isAnswer } from './known-answer.js';
import { ownMembers } from './own-members.js';

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

  /** Declares where the evidence is in a request, and what it may look like. */
  abstract readonly evidence: DeclaredEvidence<E>;

  /** Members of a requirement besides `claims`; any other member stops the boot. */
  readonly requirementMembers: readonly string[] = [];

  /** Members of the requirement that a route may give as a function of the request. */
  readonly perRequest: readonly string[] = [];

  @Inject(Outcomes) protected readonly outcomes!: Outcomes;
  @Inject(Scopes) private readonly scopes!: Scopes;
  @Inject(ApplicationKey) protected readonly applicationKey!: ApplicationKey;

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

  /** Reads what `ask` needs while receipts are looked for: `ask` gets the promise from `record.aheadOf(evidence)`. It spends nothing. */
  lookAhead?(check: C, evidence: E, inquiry: Inquiry): Promise<unknown> | undefined;

  /** @internal Reads the rest of evidence that is not whole by itself, for `record.aheadOf`. Without it, the demand has no evidence. */
  lookUp?(check: C, evidence: E, inquiry: Inquiry): Promise<unknown> | undefined;

  /** @internal Tells from what `lookAhead` found that `ask` will say no: such evidence must cost no other proof. */
  willRefuse?(check: C, evidence: E, found: unknown): boolean;

  /**
   * Merges the members of two requirements besides their claims. Without it, two demands must have the same members.
   * @throws ConfigurationError where they cannot both be met by one answer.
   */
  merge?(first: R, second: R): Omit<R, 'claims'>;

  /** The evidence of a requirement, if it differs. `members` are the names of those that the route has, per request or not. */
  evidenceFor?(requirement: R, members: readonly string[]): DeclaredEvidence<E>;

  /** Returns a line for the boot about a route that demands this. */
  warningOf?(requirement: R): string | undefined;

  /** Writes the members of a requirement besides its claims as a text: a receipt counts only for the same text. */
  scopeOf?(requirement: R): string;

  /** Names the proof itself, however its evidence is written: with `once`, a route lets each name pass once. */
  proofOf?(evidence: E, verdict: A): string;

  /** @internal Says why no request can meet a requirement that is the same for all of them. */
  mistakeIn?(requirement: R): string | undefined;

  /** The value of a per-request member, from what a route's function returned. @default any but `undefined` and `null` */
  perRequestValue?(member: string, value: unknown): unknown;

  /** An accepted verdict as a receipt keeps it, without what nobody may find in a store. @default the verdict as it is */
  memoryOf?(verdict: A, check: C): A;

  /** The members of an accepted verdict that an event keeps for audit; asked only while somebody listens. */
  auditOf?(verdict: A, check: C): object;

  /** @throws ConfigurationError for a requirement that the provider cannot meet, or with a member that it does not know. */
  prepare(requirement: R | undefined): C {
    const written = requirement ?? ({} as R);
    const known = ['claims', ...this.requirementMembers];
    expectKnownMembers(written, known, `A requirement of "${this.name}"`, this.name);
    this.scopes.expectApart(this.name, this.hasTenants);
    return expectCheck(this.describe(ownMembers(written)), this.name);
  }

  /**
   * Asks the provider; spends the evidence. `correlationId` is the application's name for the request, in events and log
   * lines: up to 128 letters, digits and `_.:/+=@-`.
   * @throws EvidenceMissingError when the evidence is not complete; no provider call is made then.
   * @throws VerificationError when no verdict could be found.
   */
  async verify(
    evidence: E,
    requirement?: R,
    { correlationId, context, scope }: CallOptions = {},
  ): Promise<Verdict<A>> {
    const check = this.prepare(requirement);
    const own = ownMembers(requirement ?? ({} as R));
    const declared = this.evidenceFor?.(own, Object.keys(own)) ?? this.evidence;
    const admitted = declared.admit(evidence);
    if (admitted === undefined)
      throw new EvidenceMissingError(this.name, `no usable evidence for "${this.name}"`);
    return this.examine(check, admitted, { correlationId: correlationIdOf(correlationId), context, scope });
  }

  /** Asks, holds the answer against the check, and tells of the verdict. @throws VerificationError when there is none. */
  async examine(check: C, evidence: E, inquiry: Inquiry): Promise<Verdict<A>> {
    const verdict = await this.examineUnnamed(check, evidence, inquiry);
    return verdict.outcome === 'rejected' ? verdict : (named(verdict) as A); // the extras of its answer are those of A
  }

  /** @internal Does as {@link examine}, and leaves it to `named` to give an accepted verdict its reference. */
  async examineUnnamed(check: C, evidence: E, inquiry: Inquiry): Promise<Unnamed | RejectedVerdict> {
    const { observed } = this.outcomes;
    const texts = this.evidence.unguessable(evidence); // now, because `ask` may drop them
    // The same for the same evidence; nothing can be told from it without the application's key.
    const reference = (): string => this.applicationKey.digest('reference', this.name, ...texts).slice(0, 22);
    const record = new CallRecord(this.name, inquiry, observed, evidence, reference);
    try {
      if (this.hasTenants) record.tenant = await this.tenantAt(record);
      const asked: unknown = await this.ask(check, evidence, record);
      if (!isAnswer(asked)) throw new ProviderProtocolError(this.name, `"${this.name}" gave no answer`);
      const answer = appraise(asked, check.claims);
      const verdict = verdictOf(this.name, answer, () => record.reference ?? '');
      const isAudited = this.outcomes.observed && verdict.outcome === 'accepted';
      this.outcomes.verdict(record, verdict, isAudited ? this.auditOf?.(named(verdict) as A, check) : {});
      return verdict;
    } catch (error) {
      const failure = this.failureOf(error);
      this.outcomes.failure(record, failure);
      throw failure;
    }
  }

  /** The account that the provider's answers depend on. Each has state of its own. It is never shown to anybody. */
  protected accountAt(_source: CallContext): string | Promise<string> {
    return this.name;
  }

  /** Tells whether requests may use different accounts or scopes. */
  protected get hasTenants(): boolean {
    return this.scopes.isPerRequest;
  }

  /** The scope of this provider's state: `scope` of the module's options, else the account. */
  scopeAt(source: CallContext = {}): Promise<string> {
    return this.scopes.of(() => this.accountAt(source), source);
  }

  /** Names the tenant in events and log lines: the scope that the application says, else a keyed hash of the account. */
  async tenantAt(source: CallContext): Promise<string | undefined> {
    if (!this.hasTenants) return undefined;
    const scope = await this.scopeAt(source).catch(() => undefined); // an event refuses nobody
    if (scope === undefined) return undefined;
    const said = source.scope !== undefined || this.scopes.isPerRequest ? correlationIdOf(scope) : undefined;
    return said ?? this.applicationKey.digest('tenant', scope).slice(0, 22);
  }

  /** Tells of a verdict for which no call was made. */
  async tell(verdict: Verdict, inquiry: Inquiry): Promise<void> {
    if (verdict.outcome === 'accepted' && !this.outcomes.observed) return;
    const record = new CallRecord(this.name, { ...inquiry, reference: verdict.reference });
    record.tenant = await this.tenantAt(record);
    this.outcomes.verdict(record, verdict);
  }

  /** The error that callers see in place of whatever was thrown; foreign errors lose their text. */
  protected failureOf(error: unknown): VerificationError {
    if (error instanceof VerificationError) return error;
    return new ProviderProtocolError(this.name, `"${this.name}" failed unexpectedly`, {
      cause: redact(error),
    });
  }
}
