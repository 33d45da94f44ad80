import { ConfigurationError, ProviderRefusedError } from '../../errors/verification.error.js';
import { subjectOf } from '../../contract/subject.js';
import { expectKnownMembers } from '../../errors/known-members.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { pathOf } from '../../wire/url.js';
import { stringMember } from '../../wire/json.js';
import { undocumented } from '../undocumented.js';
import type { AgeClaim } from '../../contract/claim.js';
import { isCheckifyAge } from './checkify.wire.js';

/** A session to start in a custom front end; the embed does this by itself. */
export interface CheckifySessionRequest {
  /** The Pass (`chk_…`). */
  readonly passId: string;
  readonly requestType: 'human' | AgeClaim<10, 110>;
  /** A page of the site; its hostname must be one of the site's allowed domains, exactly. */
  readonly siteUrl: string;
  /** The visitor of the session. A route that names another subject refuses its result. @default nobody */
  readonly subject?: string | undefined;
}

/** A session that waits for a person. */
export interface CheckifySession {
  readonly requestId: string;
  readonly qrUrl: string;
  readonly pollToken?: string;
  readonly statusToken?: string;
}

/**
 * `GET /v1/qr/pass/{PASS_ID}/start`.
 * @throws ConfigurationError for a request that no session can start with.
 */
export function startRequest(request: CheckifySessionRequest): WireRequest {
  expectKnownMembers(request, ['passId', 'requestType', 'siteUrl', 'subject'], 'startSession()', 'checkify');
  const { passId, requestType, siteUrl, subject } = request;
  if (subject !== undefined && subjectOf(subject) === undefined)
    throw misuse('"subject" must be the text of somebody, or left out');
  const url = URL.canParse(siteUrl) ? new URL(siteUrl) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw misuse('"siteUrl" must be an absolute http(s) URL');
  const path = typeof passId === 'string' ? pathOf('/v1/qr/pass', passId, 'start') : undefined;
  if (path === undefined) throw misuse('"passId" must be the id of a Pass, which starts with "chk_"');
  if (passId.startsWith('csk_'))
    throw misuse(
      '"passId" is a site API key, which no URL may show. Write the id of a Pass, which starts with "chk_"',
    );
  if (requestType !== 'human' && !isCheckifyAge(requestType))
    throw misuse(`"requestType" must be 'human', or 'age_over_N' with N from 10 to 110`);
  const headers = { origin: url.origin, 'x-checkify-site-url': url.origin };
  return get(`${path}?request_type=${encodeURIComponent(requestType)}`, headers);
}

function misuse(what: string): ConfigurationError {
  return new ConfigurationError(`CheckifyService.startSession(): ${what}.`, 'checkify');
}

/** One of the two poll endpoints; `undefined` for a session that cannot be. */
export function statusRequest(session: object): WireRequest | undefined {
  const own = { ...session };
  const pollToken = stringMember(own, 'pollToken');
  if (pollToken !== undefined) return get(`/v1/qr/status?token=${encodeURIComponent(pollToken)}`);
  const path = pathOf('/v1/qr/status/request', stringMember(own, 'requestId') ?? '');
  const statusToken = encodeURIComponent(stringMember(own, 'statusToken') ?? '');
  return path === undefined ? undefined : get(`${path}?status_token=${statusToken}`);
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): WireRequest {
  return { method: 'GET', path, headers: { accept: 'application/json', ...headers }, repeatable: true };
}

/** Reads a reply of `GET /v1/qr/pass/{PASS_ID}/start`. */
export function readSession({ status, body }: ProviderReply): CheckifySession {
  if (status === 403) {
    throw new ProviderRefusedError(
      'checkify',
      '"checkify" answered 403: is the hostname of siteUrl an allowed domain of the site?',
    );
  }
  const requestId = body && stringMember(body, 'request_id');
  const qrUrl = body && stringMember(body, 'qr_url');
  if (
    status !== 200 ||
    body === undefined ||
    requestId === undefined ||
    qrUrl === undefined ||
    !/^https?:/.test(qrUrl) ||
    !URL.canParse(qrUrl)
  ) {
    throw undocumented('checkify', status, 'to a session start has no session');
  }
  const pollToken = stringMember(body, 'poll_token');
  const statusToken = stringMember(body, 'status_token');
  return {
    requestId,
    qrUrl,
    ...(pollToken === undefined ? {} : { pollToken }),
    ...(statusToken === undefined ? {} : { statusToken }),
  };
}

/** Reads a reply of the two poll endpoints; their bodies are not documented, so anything odd is `unknown`. */
export function readSessionStatus({
  status,
  body,
}: ProviderReply): 'pending' | 'completed' | 'expired' | 'not_found' | 'unknown' {
  if (status === 404) return 'not_found';
  if (status === 410) return 'expired';
  const state = status === 200 && body ? stringMember(body, 'status') : undefined;
  return state === 'pending' || state === 'completed' || state === 'expired' ? state : 'unknown';
}
