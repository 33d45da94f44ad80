import { randomUUID } from 'node:crypto';
import { reject, type Answer } from '../contract/answer.js';
import type { ExtrasOf, RejectionReason } from '../contract/verdict.js';
import type { WireRequest } from '../http/wire-request.js';
import type { CheckifyService } from '../providers/checkify/checkify.service.js';
import type { CheckifyVerdict } from '../providers/checkify/checkify.types.js';
import { parseObject, stringMember, stringsMember, type JsonObject } from '../wire/json.js';
import { ApiFake, type FakeReply } from './api.fake.js';

/** A reason of Checkify's no. */
export type CheckifyFakeReason =
  | 'not_verified'
  | 'pending'
  | 'expired'
  | 'replayed'
  | 'claim_missing'
  | 'field_missing'
  | 'unknown_evidence'
  | 'other_site'
  | 'malformed_evidence';

/** A session that was started. */
export interface FakeCheckifySession {
  readonly requestId: string;
  readonly passId: string;
  readonly requestType: string;
  /** The origin of the page that started it. */
  readonly siteUrl: string;
  /** The person for whom it was started. */
  readonly subject?: string | undefined;
}

type Refuse = (demanded: {
  readonly claims: readonly string[];
  readonly fields: readonly string[];
}) => FakeReply;

const failed = (details: object): FakeReply => error(403, 'verification_failed', details);

const REFUSALS: Readonly<Record<CheckifyFakeReason, Refuse>> = {
  not_verified: () => failed({}),
  pending: () => ({ status: 200, body: { success: false, status: 'pending' } }),
  expired: () => error(410, 'result_expired'),
  replayed: () => error(409, 'verification_failed', { reason: 'already_consumed' }),
  claim_missing: ({ claims }) => failed({ missing_claims: claims }),
  field_missing: ({ fields }) => failed({ missing_fields: fields.length > 0 ? fields : ['country'] }),
  unknown_evidence: () => error(404, 'result_not_found'),
  other_site: () => failed({ reason: 'other_site' }),
  malformed_evidence: () => error(400, 'invalid_request_id'),
};

/** The status of a session whose verification would be rejected for a reason; every other session is completed. */
const STATUS: Partial<Record<RejectionReason, FakeReply>> = {
  pending: { status: 200, body: { status: 'pending' } },
  expired: { status: 410, body: {} },
  unknown_evidence: { status: 404, body: {} },
};

/** Checkify as a test says it is. */
export class CheckifyFake extends ApiFake<'checkify', CheckifyFakeReason> {
  /** @internal */
  protected readonly reasons = Object.keys(REFUSALS) as CheckifyFakeReason[];
  private readonly sessions: FakeCheckifySession[] = [];

  /** The sessions that were started, oldest first. */
  get started(): readonly FakeCheckifySession[] {
    return this.sessions;
  }

  /** @internal */
  override reset(): void {
    super.reset();
    this.sessions.length = 0;
  }

  /** @internal */
  override adopt(service: CheckifyService): void {
    super.adopt(service);
    const start = service.startSession.bind(service);
    service.startSession = async (request, inquiry) => {
      const session = await start(request, inquiry);
      const siteUrl = new URL(request.siteUrl).origin;
      this.sessions.push({ ...request, requestId: session.requestId, siteUrl });
      return session;
    };
  }

  /** @internal */
  protected say(answer: Answer<Partial<ExtrasOf<CheckifyVerdict>>>, request: WireRequest): FakeReply {
    const asked = parseObject(request.body ?? '') ?? {};
    const claims = stringsMember(asked, 'required_claims') ?? [];
    const fields = stringsMember(asked, 'required_fields') ?? [];
    if (answer.outcome === 'rejected')
      return REFUSALS[answer.reason as CheckifyFakeReason]({ claims, fields });
    const approved = answer.extras.approvedFields ?? [];
    const missing = fields.filter(field => !approved.includes(field));
    return missing.length > 0
      ? REFUSALS.field_missing({ claims, fields: missing })
      : { status: 200, body: resultOf(answer, asked) };
  }

  /** @internal */
  protected serve({ path }: WireRequest): FakeReply {
    if (path.startsWith('/v1/qr/status')) return this.sessionStatus();
    const requestId = `req_${randomUUID()}`;
    const body = {
      request_id: requestId,
      qr_url: `https://checkify.invalid/scan/${requestId}`,
      poll_token: `poll_${requestId}`,
      status_token: `status_${requestId}`,
    };
    return { status: 200, body };
  }

  /** A session waits for its person until the test says how the verification ends. */
  private sessionStatus(): FakeReply {
    const answer = this.script.upcoming?.answer() ?? reject('pending');
    const unfinished = answer.outcome === 'rejected' ? STATUS[answer.reason] : undefined;
    return unfinished ?? { status: 200, body: { status: 'completed' } };
  }
}

function resultOf(
  { claims, extras }: Extract<Answer<Partial<ExtrasOf<CheckifyVerdict>>>, { outcome: 'attested' }>,
  asked: JsonObject,
): object {
  const requestId = stringMember(asked, 'request_id') ?? extras.requestId ?? `req_${randomUUID()}`;
  return {
    success: true,
    status: 'completed',
    request_id: requestId,
    site_id: extras.siteId ?? 'site_fake',
    business_id: extras.businessId ?? 'business_fake',
    approved_claims: Object.fromEntries(claims.map(claim => [claim, true])),
    approved_fields: extras.approvedFields ?? [],
    signed_result: extras.signedResult ?? {
      payload: { request_id: requestId },
      signature: 'fake',
      signature_algorithm: 'EdDSA',
      key_id: 'fake',
    },
  };
}

function error(status: number, code: string, details: object = {}): FakeReply {
  return { status, body: { success: false, error: { code, message: code, details } } };
}
