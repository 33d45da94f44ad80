import { attest, reject, type Answer, type Rejection } from '../../contract/answer.js';
import { ageOf } from '../../contract/claim.js';
import type { ExtrasOf } from '../../contract/verdict.js';
import {
  ProviderRateLimitedError,
  ProviderRefusedError,
  ProviderUnavailableError,
  type VerificationError,
} from '../../errors/verification.error.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import { asObject, member, stringMember, stringsMember, type JsonObject } from '../../wire/json.js';
import type { WireRequest } from '../../http/wire-request.js';
import { undocumented } from '../undocumented.js';
import type { CheckifyCheck, CheckifyEvidence, CheckifyVerdict } from './checkify.types.js';

const NAME = 'checkify';

/** Tells whether Checkify knows an age ("Dynamic thresholds from 10 through 110"), as a claim and as a request type. */
export function isCheckifyAge(claim: string): boolean {
  const age = ageOf(claim);
  return age !== undefined && age >= 10 && age <= 110;
}

export function isCheckifyClaim(claim: string): boolean {
  return claim === 'human_verified' || isCheckifyAge(claim);
}

/** The part of the verify call's body that is the same for every request of a route. */
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

const headersOf = new WeakMap<object, WireRequest['headers']>();

/** The headers of an account, made once. */
function headersFor(keys: { readonly apiKey: string }): WireRequest['headers'] {
  let headers = headersOf.get(keys);
  if (headers === undefined) {
    headers = Object.freeze({
      authorization: `Bearer ${keys.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    headersOf.set(keys, headers);
  }
  return headers;
}

/** `POST /v1/qr/results/verify`, about a `request_id` or a legacy poll `token`. */
export function verifyRequest(
  keys: { readonly apiKey: string },
  bodyTail: string,
  evidence: CheckifyEvidence,
): WireRequest {
  const { requestId, token } = evidence;
  const [name, reference] = requestId === undefined ? ['token', token] : ['request_id', requestId];
  return {
    method: 'POST',
    path: '/v1/qr/results/verify',
    headers: headersFor(keys),
    body: `{"${name}":${JSON.stringify(reference)}${bodyTail}`,
    repeatable: true, // a repeat after a lost *yes* can only be rejected as consumed, never accepted
    echoed: requestId !== undefined,
  };
}

/** Reads a reply of `POST /v1/qr/results/verify`; `requestId` is what was sent, unless a poll token was. */
export function readVerification(
  { status, body }: ProviderReply,
  requestId: string | undefined,
  check: CheckifyCheck,
): Answer<ExtrasOf<CheckifyVerdict>> {
  if (body === undefined) throw unknown(status, 'is not a JSON object');
  if (status === 200) return readResult(body, requestId);
  if (status >= 400) return readError(status, body, check);
  throw unknown(status, 'is not documented');
}

// Checkify holds `required_fields` against the result itself, and answers `verification_failed` where one is missing.
function readResult(body: JsonObject, requestId: string | undefined): Answer<ExtrasOf<CheckifyVerdict>> {
  const [success, state, echo] = [
    member(body, 'success'),
    member(body, 'status'),
    member(body, 'request_id'),
  ];
  if (echo !== undefined && (typeof echo !== 'string' || (requestId !== undefined && echo !== requestId))) {
    throw unknown(200, 'is about another request');
  }
  if (success === false && state === 'pending') return reject('pending');
  if (success !== true || state !== 'completed') throw unknown(200, 'is neither completed nor pending');
  if (requestId !== undefined && echo === undefined)
    throw unknown(200, 'does not say which request it is about');

  const approved = asObject(member(body, 'approved_claims'));
  if (approved === undefined) throw unknown(200, 'approves no claims');
  const claims = Object.keys(approved).filter(claim => isCheckifyClaim(claim) && approved[claim] === true);
  const approvedFields = member(body, 'approved_fields');
  return attest(claims, {
    requestId: typeof echo === 'string' ? echo : undefined,
    siteId: stringMember(body, 'site_id'),
    businessId: stringMember(body, 'business_id'),
    approvedFields: Array.isArray(approvedFields) ? approvedFields : [],
    signedResult: asObject(member(body, 'signed_result')),
  });
}

function readError(status: number, body: JsonObject, check: CheckifyCheck): Rejection {
  const error = asObject(member(body, 'error'));
  const code = error && stringMember(error, 'code');
  if (error === undefined || code === undefined || member(body, 'success') === true) {
    throw unknown(status, 'names no error');
  }
  switch (code) {
    case 'result_not_found':
      return reject('unknown_evidence', { code });
    case 'result_expired':
      return reject('expired', { code });
    case 'invalid_request_id':
    case 'missing_required_field':
      return reject('malformed_evidence', { code });
    case 'validation_errors':
      return readValidation(asObject(member(error, 'details')) ?? {});
    case 'verification_failed':
      return readFailure(asObject(member(error, 'details')) ?? {}, check);
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

/** `validation_errors` names members of what was sent: claims and fields are ours, the reference is the visitor's. */
function readValidation(details: JsonObject): Rejection {
  const code = 'validation_errors';
  const errors = JSON.stringify(member(details, code) ?? ''); // how they name a member is not documented
  const ours = ['required_claims', 'required_fields'].filter(name => errors.includes(name));
  if (ours.length === 0 || /request_id|"token"/.test(errors)) return reject('malformed_evidence', { code });
  throw new ProviderRefusedError(
    NAME,
    `"checkify" refuses our ${ours.join(' and ')} (${code}): check the claims and fields of the route`,
  );
}

/** `verification_failed` covers several cases; its details tell which, in words that are documented only by example. */
function readFailure(details: JsonObject, check: CheckifyCheck): Rejection {
  const code = 'verification_failed';
  const missingClaims = stringsMember(details, 'missing_claims') ?? [];
  if (missingClaims.length > 0) {
    return reject('claim_missing', {
      code,
      missingClaims: check.claims.filter(claim => missingClaims.includes(claim)),
    });
  }
  const missingFields = stringsMember(details, 'missing_fields') ?? [];
  if (missingFields.length > 0) {
    return reject('field_missing', {
      code,
      missingFields: check.fields.filter(field => missingFields.includes(field)),
    });
  }
  const reason = stringMember(details, 'reason') ?? '';
  if (/consum|already[ _-]?(been[ _-]?)?used|replay/i.test(reason)) return reject('replayed', { code });
  if (/site/i.test(reason)) return reject('other_site', { code });
  return reject('not_verified', { code });
}

function unknown(status: number, what: string): VerificationError {
  return undocumented(NAME, status, what);
}
