import { attest, reject, type Answer, type Rejection } from '../../contract/answer.js';
import { ageOf, type AgeClaim } from '../../contract/claim.js';
import { subjectOf } from '../../contract/subject.js';
import { expectKnownMembers } from '../../errors/known-members.js';
import { ConfigurationError, ProviderRefusedError } from '../../errors/verification.error.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { member, stringMember } from '../../wire/json.js';
import { pathOf } from '../../wire/url.js';
import { undocumented } from '../undocumented.js';
import type { VerifyIdStartRequest } from './verifyid.types.js';

const NAME = 'verifyid';

/** Tells whether a login can ever show a claim: 16 and 18, and every lower threshold with them. */
export function isVerifyIdClaim(claim: string): claim is AgeClaim<1, 18> {
  const age = ageOf(claim);
  return age !== undefined && age <= 18;
}

const GENERATORS = { mitid: 'url_generator_s', bankid: 'url_generator_bankid' } as const;
const HEADERS = { accept: 'application/json', 'cache-control': 'no-store' };

/** `GET /api/auth_check/{web_user_id}/{device_id}`; a rejection where the evidence cannot be part of a URL. */
export function authCheckRequest(token: string, deviceId: string): WireRequest | Rejection {
  const path = pathOf('/api/auth_check', token, deviceId);
  if (path === undefined) return reject('malformed_evidence');
  return { method: 'GET', path, headers: HEADERS, repeatable: false }; // tokens are single-use
}

/**
 * `GET /api/url_generator_s/…` or `GET /api/url_generator_bankid/…`, written once key and challenge are known.
 * @throws ConfigurationError for a login that cannot be started.
 */
export function startRequest(
  deviceId: string,
  request: VerifyIdStartRequest,
): (pluginKey: string, challengeId: string) => WireRequest {
  expectKnownMembers(request, ['returnUrl', 'minimumAge', 'method', 'subject'], 'start()', NAME);
  const { returnUrl, minimumAge, method, subject } = request;
  const generator = Object.hasOwn(GENERATORS, method) ? GENERATORS[method] : undefined;
  if (generator === undefined) throw misuse(`"method" must be 'mitid' or 'bankid'`);
  if (![16, 18].includes(minimumAge)) throw misuse('"minimumAge" must be 16 or 18');
  if (typeof returnUrl !== 'string' || !/^https?:/i.test(returnUrl) || !URL.canParse(returnUrl))
    throw misuse('"returnUrl" must be an absolute http(s) URL');
  if (subject !== undefined && subjectOf(subject) === undefined)
    throw misuse('"subject" must be the text of somebody, or left out');
  return (pluginKey, challengeId) => {
    const path = pathOf(`/api/${generator}`, pluginKey, deviceId, String(minimumAge));
    if (path === undefined) throw misuse('the plugin key cannot be part of a URL');
    const domain = encodeURIComponent(withChallenge(returnUrl, challengeId));
    // BankID records a billing event per start.
    return { method: 'GET', path: `${path}?domain=${domain}`, headers: HEADERS, repeatable: false };
  };
}

/** The return URL with the id of its challenge, and without the token of an earlier login. */
function withChallenge(returnUrl: string, challengeId: string): string {
  const [address = '', ...fragment] = returnUrl.split('#');
  const [page = '', ...query] = address.split('?');
  // An encoded name counts, too: of two values, the route would read neither.
  const isOurs = (pair: string): boolean =>
    /^(token_age_verified|challenge_id)(\[.*)?$/.test(new URLSearchParams(pair).keys().next().value ?? '');
  const kept = query
    .join('?')
    .split('&')
    .filter(pair => pair !== '' && !isOurs(pair));
  return [`${page}?${[...kept, `challenge_id=${challengeId}`].join('&')}`, ...fragment].join('#');
}

/** Reads a reply of `GET /api/auth_check/{web_user_id}/{device_id}`. */
export function readAuthCheck(
  { status, body }: ProviderReply,
  demanded: readonly string[],
): Answer<{ age: 16 | 18 }> {
  const age = body && member(body, 'age');
  if (status === 404 && age === null) return reject('not_verified', { code: 404 });
  if (status === 200 && age === null) return reject('not_verified'); // documented as the meaning of null
  if (status === 200 && (age === 16 || age === 18)) {
    const documented = age === 18 ? ['age_over_16', 'age_over_18'] : ['age_over_16'];
    const lower = demanded.filter(claim => (ageOf(claim) ?? Infinity) <= age);
    return attest([...new Set([...documented, ...lower])], { age });
  }
  throw undocumented(NAME, status);
}

/** Reads a reply of the URL generators. The address must be `https`, or on the origin of the API. */
export function readGeneratedUrl({ status, body }: ProviderReply, baseUrl: string): string {
  if (body && (status === 403 || (status === 404 && member(body, 'url') === null))) {
    throw new ProviderRefusedError(
      NAME,
      `"verifyid" answered ${String(status)} to a login start: check the plugin key, the subscription and that the domain of returnUrl is verified`,
    );
  }
  const url = status === 200 && body ? stringMember(body, 'url') : undefined;
  const parsed = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && (parsed.protocol === 'https:' || parsed.origin === new URL(baseUrl).origin))
    return parsed.href;
  throw undocumented(NAME, status, 'to a login start has no usable address');
}

function misuse(what: string): ConfigurationError {
  return new ConfigurationError(`VerifyIdService.start(): ${what}.`, NAME);
}
