import { attest, refuse, type Answer, type Refusal } from '../../contract/answer.js';
import { ageOf } from '../../contract/claim.js';
import {
  ProviderProtocolError,
  ProviderRateLimitedError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../errors/verification.error.js';
import type { ProviderReply } from '../../http/provider.reply.js';
import { asObject, member, stringMember, stringsMember, type JsonObject } from '../../wire/json.js';
import type { CheckifyExtras, CheckifyQuestion } from './checkify.question.js';

const NAME = 'checkify';

/** Whether Checkify can attest a claim: a human, or an age from 10 to 110 ("Dynamic thresholds from 10 through 110"). */
export function isCheckifyClaim(claim: string): boolean {
  const age = ageOf(claim);
  return claim === 'human_verified' || (age !== undefined && age >= 10 && age <= 110);
}

/** The headers of the verify call. */
export function verifyHeaders(apiKey: string): Record<string, string> {
  return {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
}

/** The part of the verify body that is the same for every request of a route. */
export function verifyBodyTail(
  claims: readonly string[],
  fields: readonly string[],
  consume: boolean,
): string {
  const members = {
    required_claims: claims,
    ...(fields.length > 0 ? { required_fields: fields } : {}),
    consume,
  };
  return `,${JSON.stringify(members).slice(1)}`;
}

/** The verify body: the browser's reference, as `request_id` or as the legacy poll `token`, and what is demanded. */
export function verifyBody(name: 'request_id' | 'token', reference: string, tail: string): string {
  return `{"${name}":${JSON.stringify(reference)}${tail}`;
}

/** Reads a reply of `POST /v1/qr/results/verify`; `requestId` is what was sent, unless a poll token was. */
export function readVerification(
  { status, body }: ProviderReply,
  requestId: string | undefined,
  question: CheckifyQuestion,
): Answer<CheckifyExtras> {
  if (body === undefined) throw unknown(status, 'is not a JSON object');
  if (status === 200) return readResult(body, requestId, question);
  if (status >= 400) return readError(status, body, question);
  throw unknown(status, 'is not documented');
}

function readResult(
  body: JsonObject,
  requestId: string | undefined,
  question: CheckifyQuestion,
): Answer<CheckifyExtras> {
  const [success, state, echo] = [
    member(body, 'success'),
    member(body, 'status'),
    member(body, 'request_id'),
  ];
  if (echo !== undefined && (typeof echo !== 'string' || (requestId !== undefined && echo !== requestId))) {
    throw unknown(200, 'is about another request');
  }
  if (success === false && state === 'pending') return refuse('pending');
  if (success !== true || state !== 'completed') throw unknown(200, 'is neither completed nor pending');
  if (requestId !== undefined && echo === undefined)
    throw unknown(200, 'does not say which request it is about');

  const approved = asObject(member(body, 'approved_claims'));
  if (approved === undefined) throw unknown(200, 'approves no claims');
  const claims = Object.keys(approved).filter(claim => isCheckifyClaim(claim) && approved[claim] === true);
  const approvedFields = stringsMember(body, 'approved_fields') ?? [];
  const missingFields = question.fields.filter(field => !approvedFields.includes(field));
  if (missingFields.length > 0) return refuse('field_missing', { missingFields });
  return attest(claims, {
    requestId: typeof echo === 'string' ? echo : undefined,
    siteId: stringMember(body, 'site_id'),
    businessId: stringMember(body, 'business_id'),
    approvedFields,
    signedResult: asObject(member(body, 'signed_result')),
  });
}

function readError(status: number, body: JsonObject, question: CheckifyQuestion): Refusal {
  const error = asObject(member(body, 'error'));
  const code = error && stringMember(error, 'code');
  if (error === undefined || code === undefined || member(body, 'success') === true) {
    throw unknown(status, 'names no error');
  }
  switch (code) {
    case 'result_not_found':
      return refuse('unknown_evidence', { code });
    case 'result_expired':
      return refuse('expired', { code });
    case 'invalid_request_id':
    case 'missing_required_field':
    case 'validation_errors':
      return refuse('malformed_evidence', { code });
    case 'verification_failed':
      return readFailure(asObject(member(error, 'details')) ?? {}, question);
    case 'missing_authorization':
    case 'invalid_token':
    case 'expired_token':
      throw new ProviderRefusedError(
        NAME,
        `"checkify" refuses the site API key (${code}): check providers.checkify.apiKey`,
      );
    case 'business_not_operational':
      throw new ProviderRefusedError(
        NAME,
        `"checkify" says that the business account is not operational (${code})`,
      );
    case 'rate_limited':
      throw new ProviderRateLimitedError(NAME, `"checkify" answered ${String(status)} (${code})`);
    case 'server_error':
      throw new ProviderUnavailableError(NAME, `"checkify" answered ${String(status)} (${code})`);
    default:
      throw unknown(status, 'names an error that is not documented');
  }
}

/** `verification_failed` covers several cases; its details tell which, in words that are documented only by example. */
function readFailure(details: JsonObject, question: CheckifyQuestion): Refusal {
  const code = 'verification_failed';
  const missingClaims = stringsMember(details, 'missing_claims') ?? [];
  if (missingClaims.length > 0) {
    return refuse('claim_missing', {
      code,
      missingClaims: question.claims.filter(claim => missingClaims.includes(claim)),
    });
  }
  const missingFields = stringsMember(details, 'missing_fields') ?? [];
  if (missingFields.length > 0) {
    return refuse('field_missing', {
      code,
      missingFields: question.fields.filter(field => missingFields.includes(field)),
    });
  }
  const reason = stringMember(details, 'reason') ?? '';
  if (/consum|already[ _-]?(been[ _-]?)?used|replay/i.test(reason)) return refuse('replayed', { code });
  if (/site/i.test(reason)) return refuse('other_site', { code });
  return refuse('not_verified', { code });
}

function unknown(status: number, what: string): ProviderProtocolError {
  return new ProviderProtocolError(NAME, `"checkify" answered ${String(status)}, and the answer ${what}`);
}
