import { Inject, Injectable } from '@nestjs/common';
import { reject, type Answer } from '../../contract/answer.js';
import { subjectOrNobody } from '../../contract/subject.js';
import type { ExtrasOf, Verdict } from '../../contract/verdict.js';
import { CallRecord, type CallContext, type CallOptions, type Inquiry } from '../../events/call-record.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { HttpProvider } from '../http.provider.js';
import { bothOf, checkOf } from './checkify.check.js';
import { checkifyEvidence } from './checkify.evidence.js';
import { CheckifyOptions } from './checkify.options.js';
import {
  readSession,
  readSessionStatus,
  startRequest,
  statusRequest,
  type CheckifySessionRequest,
} from './checkify.session.js';
import { isAllowed, SessionOwners } from './session-owners.js';
import type {
  CheckifyCheck,
  CheckifyClaim,
  CheckifyEvidence,
  CheckifyRequirement,
  CheckifyVerdict,
} from './checkify.types.js';
import { readVerification, verifyRequest } from './checkify.wire.js';

/** Checkify: a person scans a QR code and proves to be human or of age. */
@Injectable()
export class CheckifyService extends HttpProvider<
  CheckifyEvidence,
  CheckifyRequirement,
  CheckifyVerdict,
  CheckifyCheck
> {
  static readonly Options = CheckifyOptions;
  readonly name = 'checkify';
  readonly evidence = checkifyEvidence();
  override readonly requirementMembers = ['fields', 'consume', 'subject'];
  override readonly perRequest = ['subject'] as const;

  constructor(@Inject(CheckifyOptions) private readonly options: CheckifyOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://checkify.me', http: this.options.http };
  }

  /** Tells whether a person stood behind `requestId`; see {@link verify}. */
  verifyHuman(
    requestId: string,
    requirement: Omit<CheckifyRequirement, 'claims'> = {},
    options?: CallOptions,
  ): Promise<Verdict<CheckifyVerdict>> {
    return this.verify({ requestId }, { ...requirement, claims: ['human_verified'] }, options);
  }

  /** Tells whether the person is over `minimumAge` (10 to 110); see {@link verify}. */
  verifyAge(
    requestId: string,
    minimumAge: number,
    requirement: Omit<CheckifyRequirement, 'claims'> = {},
    options?: CallOptions,
  ): Promise<Verdict<CheckifyVerdict>> {
    const claim = `age_over_${String(minimumAge)}` as CheckifyClaim; // describe() refuses what is none
    return this.verify({ requestId }, { ...requirement, claims: [claim] }, options);
  }

  /**
   * Starts a session for a custom front end (`GET /v1/qr/pass/{PASS_ID}/start`). It needs no API key.
   * @throws ProviderRefusedError when the hostname of `siteUrl` is not an allowed domain of the site.
   */
  async startSession(
    request: CheckifySessionRequest,
    options: CallContext = {},
  ): Promise<{
    readonly requestId: string;
    /** The address that the person scans or opens. */
    readonly qrUrl: string;
    /** For `sessionStatus`. The documents use it and do not say where it comes from. */
    readonly pollToken?: string;
    /** For `sessionStatus`. The documents use it and do not say where it comes from. */
    readonly statusToken?: string;
  }> {
    const record = new CallRecord(this.name, options);
    const start = startRequest(request);
    const session = await this.call(() => start, readSession, record);
    const { subject } = request;
    if (subject !== undefined) await (await this.owners(record)).keep(session, subject);
    return session;
  }

  /** Returns how far a session is, from one of the two poll endpoints. Display it; only `verify` decides. */
  async sessionStatus(
    session: { readonly pollToken: string } | { readonly requestId: string; readonly statusToken: string },
    options: CallContext = {},
  ): Promise<'pending' | 'completed' | 'expired' | 'not_found' | 'unknown'> {
    const request = statusRequest(session);
    if (request === undefined) return 'not_found';
    return this.call(() => request, readSessionStatus, new CallRecord(this.name, options));
  }

  describe(requirement: CheckifyRequirement): CheckifyCheck {
    this.expectCredentials();
    return checkOf(requirement);
  }

  override merge(first: CheckifyRequirement, second: CheckifyRequirement): CheckifyRequirement {
    return bothOf(first, second);
  }

  /** If a request has no subject, the session must be nobody's. */
  override readonly perRequestValue = subjectOrNobody;

  /** Rejects the session of another subject without a provider call. */
  override ask(
    check: CheckifyCheck,
    evidence: CheckifyEvidence,
    record: CallRecord,
  ): Promise<Answer<ExtrasOf<CheckifyVerdict>>> {
    const { subject } = check;
    return subject === undefined
      ? super.ask(check, evidence, record)
      : this.askFor(subject, check, evidence, record);
  }

  private async askFor(
    subject: string,
    check: CheckifyCheck,
    evidence: CheckifyEvidence,
    record: CallRecord,
  ): Promise<Answer<ExtrasOf<CheckifyVerdict>>> {
    const owners = await this.owners(record);
    if (!(await owners.allow(evidence, subject, record.aheadOf(evidence)))) return reject('unknown_evidence');
    const answer = await super.ask(check, evidence, record);
    if (answer.outcome === 'rejected' || evidence.requestId !== undefined) return answer;
    const { requestId } = answer.extras; // which session a poll token is of, only the answer tells
    return requestId === undefined || (await owners.allow({ requestId }, subject))
      ? answer
      : reject('unknown_evidence');
  }

  /** @internal Reads the owner of the session, if the check names a subject. */
  override lookAhead({ subject }: CheckifyCheck, evidence: CheckifyEvidence, inquiry: Inquiry) {
    if (subject === undefined) return undefined;
    return this.owners(new CallRecord(this.name, inquiry)).then(owners => owners.find(evidence));
  }

  /** @internal A session of another subject is refused. */
  override willRefuse({ subject }: CheckifyCheck, _: CheckifyEvidence, owner: unknown): boolean {
    return subject !== undefined && !isAllowed(owner, subject, this.applicationKey);
  }

  /** A receipt says what the person showed. The owner of the session and `consume` change nothing about that. */
  override scopeOf({ fields = [] }: CheckifyRequirement): string {
    return JSON.stringify([...new Set(fields)].sort());
  }

  /** Names the session the same, whichever of its two names was verified. */
  override proofOf({ token }: CheckifyEvidence, { requestId }: CheckifyVerdict): string {
    return requestId ?? token ?? '';
  }

  /** Leaves the signed record out: it names the session, and a session that is not used up is a live proof. */
  override memoryOf(verdict: CheckifyVerdict, { consume }: CheckifyCheck): CheckifyVerdict {
    const requestId = consume ? verdict.requestId : undefined;
    return { ...verdict, requestId, signedResult: undefined };
  }

  /** Leaves the signed record of a session out that is not used up: whoever reads it could use the session. */
  override auditOf({ signedResult }: CheckifyVerdict, { consume }: CheckifyCheck): object {
    return consume && signedResult !== undefined ? { signedResult } : {};
  }

  protected request(
    { bodyTail }: CheckifyCheck,
    evidence: CheckifyEvidence,
    keys: { apiKey: string },
  ): WireRequest {
    return verifyRequest(keys, bodyTail, evidence);
  }

  protected read(
    reply: ProviderReply,
    check: CheckifyCheck,
    { requestId }: CheckifyEvidence,
  ): Answer<ExtrasOf<CheckifyVerdict>> {
    return readVerification(reply, requestId, check);
  }

  private async owners(record: CallRecord): Promise<SessionOwners> {
    const { state, scope } = await this.stateFor(record);
    return new SessionOwners(state, scope, this.applicationKey);
  }
}
