import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { reject, type Answer, type Rejection } from '../../contract/answer.js';
import { bothSubjects, NOBODY, subjectOrNobody } from '../../contract/subject.js';
import type { ExtrasOf } from '../../contract/verdict.js';
import { ConfigurationError, EvidenceMissingError } from '../../errors/verification.error.js';
import { CallRecord, type CallContext, type Inquiry } from '../../events/call-record.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { demandedClaims } from '../claims.js';
import type { DeclaredEvidence } from '../declared-evidence.js';
import { HttpProvider } from '../http.provider.js';
import { deviceIdOf, Logins } from './logins.js';
import { verifyIdEvidence } from './verifyid.evidence.js';
import { VerifyIdOptions } from './verifyid.options.js';
import type {
  VerifyIdCheck,
  VerifyIdEvidence,
  VerifyIdRequirement,
  VerifyIdStart,
  VerifyIdStartRequest,
  VerifyIdVerdict,
} from './verifyid.types.js';
import {
  authCheckRequest,
  isVerifyIdClaim,
  readAuthCheck,
  readGeneratedUrl,
  startRequest,
} from './verifyid.wire.js';

/** VerifyID.dk: a person logs in with MitID or BankID and shows to be over 16 or 18. */
@Injectable()
export class VerifyIdService extends HttpProvider<
  VerifyIdEvidence,
  VerifyIdRequirement,
  VerifyIdVerdict,
  VerifyIdCheck
> {
  static readonly Options = VerifyIdOptions;
  readonly name = 'verifyid';
  override readonly requirementMembers = ['subject', 'acceptDeviceId'];
  override readonly perRequest = ['subject'] as const;

  constructor(@Inject(VerifyIdOptions) private readonly options: VerifyIdOptions) {
    super();
  }

  get evidence(): DeclaredEvidence<VerifyIdEvidence> {
    return verifyIdEvidence(this.acceptsDeviceId({}), false);
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://app.verifyid.dk', http: this.options.http };
  }

  /**
   * Starts a MitID or BankID login (`GET /api/url_generator_…`), and remembers it under `challengeId`.
   * @throws ProviderRefusedError when VerifyID does not know the plugin key or the domain.
   */
  async start(request: VerifyIdStartRequest, options: CallContext = {}): Promise<VerifyIdStart> {
    this.expectCredentials();
    const deviceId = randomUUID();
    const write = startRequest(deviceId, request); // refuses what is no login before anything is kept
    const record = new CallRecord(this.name, options);
    const logins = await this.logins(record);
    const challengeId = await logins.idFor(request.subject);
    const url = await this.call(
      ({ pluginKey = '' }) => write(pluginKey, challengeId),
      reply => readGeneratedUrl(reply, this.endpoint.baseUrl),
      record,
    );
    await logins.keep(challengeId, deviceId, request.subject);
    return { url, challengeId, deviceId };
  }

  describe(requirement: VerifyIdRequirement): VerifyIdCheck {
    const { claims, subject } = requirement;
    const demanded = demandedClaims(claims, {
      provider: this.name,
      defaults: undefined,
      supports: isVerifyIdClaim,
      hint: `Write claims: ['age_over_16'] or ['age_over_18']; a login shows these two, and every lower threshold.`,
    });
    if (subject !== undefined && typeof subject !== 'string')
      throw new ConfigurationError('"subject" of "verifyid" must be text.', this.name);
    const acceptDeviceId: unknown = this.acceptsDeviceId(requirement);
    if (typeof acceptDeviceId !== 'boolean')
      throw new ConfigurationError('"acceptDeviceId" of "verifyid" must be true or false.', this.name);
    return { claims: demanded, subject: subject === NOBODY ? undefined : subject, acceptDeviceId };
  }

  override evidenceFor(
    requirement: VerifyIdRequirement,
    members: readonly string[],
  ): DeclaredEvidence<VerifyIdEvidence> {
    return verifyIdEvidence(this.acceptsDeviceId(requirement), members.includes('subject'));
  }

  override warningOf(requirement: VerifyIdRequirement): string | undefined {
    return this.acceptsDeviceId(requirement)
      ? 'a device id that the browser brings opens it, with a login at any other shop. Start logins with VerifyIdService.start(), and write acceptDeviceId: false here or in providers.verifyid'
      : undefined;
  }

  /** One login must meet both demands. */
  override merge(
    first: VerifyIdRequirement,
    second: VerifyIdRequirement,
  ): Omit<VerifyIdRequirement, 'claims'> {
    const acceptDeviceId = this.acceptsDeviceId(first) && this.acceptsDeviceId(second);
    return { acceptDeviceId, ...bothSubjects(first.subject, second.subject) };
  }

  /** A receipt depends on the claims alone, not on the subject or on `acceptDeviceId`. */
  override scopeOf(): string {
    return '';
  }

  /** The token names the login, whichever id comes beside it. */
  override proofOf({ token }: VerifyIdEvidence): string {
    return token;
  }

  /** If a request has no subject, the login must be nobody's. */
  override readonly perRequestValue = subjectOrNobody;

  override async ask(
    check: VerifyIdCheck,
    evidence: VerifyIdEvidence,
    record: CallRecord,
  ): Promise<Answer<ExtrasOf<VerifyIdVerdict>>> {
    const { token, challengeId, deviceId } = evidence;
    const accepted = check.acceptDeviceId ? deviceId : undefined;
    if (challengeId === undefined && accepted !== undefined) return super.ask(check, evidence, record);
    const logins = await this.logins(record);
    // The form may have another provider's challenge beside the device id.
    const known = (await logins.find(challengeId, check.subject, record.aheadOf(evidence))) ?? accepted;
    if (known === undefined) {
      if (challengeId !== undefined || deviceId !== undefined) return reject('unknown_evidence');
      throw new EvidenceMissingError(this.name, 'the token names no login, and its subject has none open');
    }
    return super.ask(check, { token, deviceId: known }, record);
  }

  /** @internal Reads the login of an id. Without an id, `lookUp` reads it. */
  override lookAhead(_: VerifyIdCheck, { challengeId }: VerifyIdEvidence, inquiry: Inquiry) {
    if (challengeId === undefined) return undefined;
    return this.logins(new CallRecord(this.name, inquiry)).then(logins => logins.login(challengeId));
  }

  /** @internal A token alone is evidence only while its subject has a login open. */
  override lookUp(
    { subject }: VerifyIdCheck,
    { challengeId, deviceId }: VerifyIdEvidence,
    inquiry: Inquiry,
  ): Promise<unknown> | undefined {
    if (challengeId !== undefined || deviceId !== undefined) return undefined;
    return this.logins(new CallRecord(this.name, inquiry)).then(logins => logins.login(undefined, subject));
  }

  /** @internal A login that is over is refused, and so is one of another subject. */
  override willRefuse(
    { acceptDeviceId, subject }: VerifyIdCheck,
    { challengeId, deviceId }: VerifyIdEvidence,
    login: unknown,
  ): boolean {
    if (challengeId === undefined || (acceptDeviceId && deviceId !== undefined)) return false;
    return deviceIdOf(login, subject, this.applicationKey) === undefined;
  }

  protected request(_: VerifyIdCheck, { token, deviceId = '' }: VerifyIdEvidence): WireRequest | Rejection {
    return authCheckRequest(token, deviceId);
  }

  protected read(reply: ProviderReply, { claims }: VerifyIdCheck): Answer<ExtrasOf<VerifyIdVerdict>> {
    return readAuthCheck(reply, claims);
  }

  private async logins(record: CallRecord): Promise<Logins> {
    const { state, scope } = await this.stateFor(record);
    return new Logins(state, scope, this.name, this.applicationKey);
  }

  private acceptsDeviceId({ acceptDeviceId }: Pick<VerifyIdRequirement, 'acceptDeviceId'>): boolean {
    return acceptDeviceId ?? this.options.acceptDeviceId ?? true;
  }
}
