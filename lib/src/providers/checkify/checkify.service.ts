import { Inject, Injectable } from '@nestjs/common';
import type { Answer } from '../../contract/answer.js';
import { evidenceField, type EvidenceSource } from '../../contract/evidence.js';
import type { Verdict } from '../../contract/verdict.js';
import { ConfigurationError } from '../../errors/verification.error.js';
import { expectKnownMembers } from '../../errors/known-members.js';
import type { ProviderReply } from '../../http/provider.reply.js';
import type { WireRequest } from '../../http/wire.request.js';
import { stringMember } from '../../wire/json.js';
import { pathOf } from '../../wire/url.js';
import { HttpVerificationProvider } from '../http-verification.provider.js';
import { credential } from '../provider.options.js';
import { demandedClaims } from '../question.js';
import { CheckifyOptions } from './checkify.options.js';
import type {
  CheckifyClaim,
  CheckifyEvidence,
  CheckifyExtras,
  CheckifyQuestion,
  CheckifyRequirement,
  CheckifyVerdict,
} from './checkify.question.js';
import {
  readSession,
  readSessionStatus,
  siteOrigin,
  type CheckifySession,
  type CheckifySessionReference,
  type CheckifySessionRequest,
  type CheckifySessionStatus,
} from './checkify.session.js';
import {
  isCheckifyClaim,
  readVerification,
  verifyBody,
  verifyBodyTail,
  verifyHeaders,
} from './checkify.wire.js';

/** Checkify: a person scans a QR code and proves to be human or of age. */
@Injectable()
export class CheckifyService extends HttpVerificationProvider<
  CheckifyEvidence,
  CheckifyRequirement,
  CheckifyVerdict,
  CheckifyQuestion
> {
  static readonly Options = CheckifyOptions;
  readonly name = 'checkify';
  override readonly evidenceFields = ['checkify_token'];
  override readonly requirementMembers = ['fields', 'consume'];
  override readonly evidenceParameters = ['checkify_request_id'];
  protected readonly evidenceShapes = [['requestId'], ['token']] as const;

  constructor(@Inject(CheckifyOptions) private readonly options: CheckifyOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://checkify.me', http: this.options.http };
  }

  readEvidence({ body, query }: EvidenceSource): unknown {
    const requestId = evidenceField(body, 'checkify_token') ?? evidenceField(query, 'checkify_request_id');
    return { requestId };
  }

  /** Whether a person stood behind `requestId`; see {@link verify}. */
  verifyHuman(
    requestId: string,
    options: Omit<CheckifyRequirement, 'claims'> = {},
  ): Promise<Verdict<CheckifyVerdict>> {
    return this.verify({ requestId }, { ...options, claims: ['human_verified'] });
  }

  /** Whether the person is over `minimumAge` (10 to 110); see {@link verify}. */
  verifyAge(
    requestId: string,
    minimumAge: number,
    options: Omit<CheckifyRequirement, 'claims'> = {},
  ): Promise<Verdict<CheckifyVerdict>> {
    const claim = `age_over_${String(minimumAge)}` as CheckifyClaim; // compile() refuses what is none
    return this.verify({ requestId }, { ...options, claims: [claim] });
  }

  /**
   * Starts a session for a custom front end (`GET /v1/qr/pass/{PASS_ID}/start`).
   * @throws ProviderRefusedError when the hostname of `siteUrl` is not an allowed domain of the site.
   */
  async startSession(request: CheckifySessionRequest): Promise<CheckifySession> {
    expectKnownMembers(request, ['passId', 'requestType', 'siteUrl'], 'startSession()', this.name);
    const { passId, requestType, siteUrl } = request;
    this.apiKey();
    const origin = siteOrigin(siteUrl);
    const path = pathOf(`${this.client.basePath}/v1/qr/pass`, passId, 'start');
    if (path === undefined)
      throw new ConfigurationError('passId of startSession must not be empty', this.name);
    const headers = { origin, 'x-checkify-site-url': origin };
    return this.get(`${path}?request_type=${encodeURIComponent(requestType)}`, readSession, headers);
  }

  /** How far a session is, from one of the two poll endpoints; for display only, `verify` decides. */
  async sessionStatus(session: CheckifySessionReference): Promise<CheckifySessionStatus> {
    this.apiKey();
    const base = `${this.client.basePath}/v1/qr/status`;
    const [pollToken, requestId = '', statusToken = ''] = ['pollToken', 'requestId', 'statusToken'].map(
      name => stringMember({ ...session }, name),
    );
    if (pollToken !== undefined) {
      return this.get(`${base}?token=${encodeURIComponent(pollToken)}`, readSessionStatus);
    }
    const path = pathOf(`${base}/request`, requestId);
    if (path === undefined) return 'not_found';
    return this.get(`${path}?status_token=${encodeURIComponent(statusToken)}`, readSessionStatus);
  }

  override combine(first: CheckifyRequirement, second: CheckifyRequirement): CheckifyRequirement {
    return {
      ...super.combine({ claims: first.claims }, { claims: second.claims }),
      fields: [...new Set([...(first.fields ?? []), ...(second.fields ?? [])])],
      consume: (first.consume ?? true) || (second.consume ?? true),
    };
  }

  /** Whether the result is used up changes nothing about what was shown. */
  override scopeOf({ fields = [] }: CheckifyRequirement): string {
    return JSON.stringify([...new Set(fields)].sort());
  }

  /** The session, under whichever of its two names it was verified. */
  override proofOf(evidence: CheckifyEvidence, { requestId }: CheckifyVerdict): string {
    return requestId ?? super.proofOf(evidence);
  }

  protected override recall(_: readonly string[], { fields = [] }: CheckifyRequirement): CheckifyExtras {
    return {
      requestId: undefined,
      siteId: undefined,
      businessId: undefined,
      approvedFields: fields,
      signedResult: undefined,
    };
  }

  protected compile({ claims, fields = [], consume = true }: CheckifyRequirement): CheckifyQuestion {
    const headers = verifyHeaders(this.apiKey());
    const demanded = demandedClaims(claims, {
      provider: this.name,
      defaults: ['human_verified'],
      supports: isCheckifyClaim,
      hint: `Write claims: ['human_verified'], or ['age_over_N'] with N from 10 to 110.`,
    });
    if (!Array.isArray(fields) || !fields.every(field => typeof field === 'string' && field !== '')) {
      throw new ConfigurationError('"fields" of "checkify" must be an array of field names.', this.name);
    }
    if (typeof consume !== 'boolean') {
      throw new ConfigurationError('"consume" of "checkify" must be true or false.', this.name);
    }
    return {
      claims: demanded,
      fields,
      consume,
      headers,
      bodyTail: verifyBodyTail(demanded, fields, consume),
    };
  }

  protected request(
    { requestId, token }: CheckifyEvidence,
    { headers, bodyTail }: CheckifyQuestion,
  ): WireRequest {
    return {
      method: 'POST',
      path: `${this.client.basePath}/v1/qr/results/verify`,
      headers,
      body:
        requestId === undefined
          ? verifyBody('token', token, bodyTail)
          : verifyBody('request_id', requestId, bodyTail),
      repeatable: true, // a repeat after a lost *yes* can only be refused as consumed, never accepted
    };
  }

  protected read(
    reply: ProviderReply,
    { requestId }: CheckifyEvidence,
    question: CheckifyQuestion,
  ): Answer<CheckifyExtras> {
    return readVerification(reply, requestId, question);
  }

  protected override auditOf({ signedResult }: CheckifyVerdict): object {
    return signedResult === undefined ? {} : { signedResult };
  }

  private apiKey(): string {
    return credential(this.name, 'apiKey', this.options.apiKey, CheckifyOptions);
  }

  private get<T>(
    path: string,
    read: (reply: ProviderReply) => T,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const all = { accept: 'application/json', ...headers };
    return this.call({ method: 'GET', path, headers: all, repeatable: true }, read);
  }
}
