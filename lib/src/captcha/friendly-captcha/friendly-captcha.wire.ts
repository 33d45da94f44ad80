import { ProviderProtocolError } from '../../index.js';
import {
  asObject,
  member,
  stringMember,
  type Answer,
  type ExtrasOf,
  type JsonObject,
  type ProviderReply,
  type WireRequest,
} from '../../provider/index.js';
import type { CaptchaVerdict } from '../captcha.types.js';
import { refusalOf, type CodeMeaning } from '../error-codes.js';
import { dateMember, held, type Expectations } from '../expectations.js';

const NAME = 'friendly-captcha';

/** The address of the API; `https://eu.frcapi.com` stays in the EU. */
export const BASE_URL = 'https://global.frcapi.com';

/** The longest token, in bytes. */
export const TOKEN_LENGTH = 16_384;

/** The field holds a word such as `.UNSTARTED` or `.ERROR` until the widget is done: that is no token yet. */
export const TOKEN = /[\x21-\x2d\x2f-\x7e][\x21-\x7e]*/;

const MEANINGS: Readonly<Record<string, CodeMeaning>> = {
  auth_required: { option: 'apiKey' },
  auth_invalid: { option: 'apiKey' },
  sitekey_invalid: { option: 'sitekey' },
  response_missing: 'malformed_evidence',
  bad_request: 'malformed_evidence',
  response_invalid: 'unknown_evidence',
  response_timeout: 'expired',
  response_duplicate: 'replayed',
};

/** `POST /api/v2/captcha/siteverify`: https://developer.friendlycaptcha.com/docs/v2/api/siteverify */
export function siteverifyRequest(apiKey: string, sitekey: string | undefined, token: string): WireRequest {
  return {
    method: 'POST',
    path: '/api/v2/captcha/siteverify',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ response: token, sitekey }),
    repeatable: false, // tokens are single-use, and there is no idempotency key
  };
}

/** Reads a reply of `POST /api/v2/captcha/siteverify`. The provider advises to accept where it could not verify; we never do. */
export function readSiteverify(
  { status, body = {} }: ProviderReply,
  expected: Expectations,
): Answer<ExtrasOf<CaptchaVerdict>> {
  const success = member(body, 'success');
  const code = stringMember(asObject(member(body, 'error')) ?? {}, 'error_code');
  if (success === false && code !== undefined) return refusalOf(NAME, [code], MEANINGS);
  const challenge = asObject(member(asObject(member(body, 'data')) ?? {}, 'challenge'));
  if (success !== true || challenge === undefined) {
    const what = 'the answer is not documented';
    throw new ProviderProtocolError(NAME, `"${NAME}" answered ${String(status)}, and ${what}`);
  }
  const challengedAt = dateMember(challenge, 'timestamp');
  return held(
    { hostname: hostnameIn(challenge), action: undefined, score: undefined, challengedAt },
    expected,
  );
}

/** `origin` is an origin on one page of the documents, a bare host on another, and empty where it is unknown. */
function hostnameIn(challenge: JsonObject): string | undefined {
  const origin = stringMember(challenge, 'origin') ?? '';
  const url = origin.includes('://') ? origin : `https://${origin}`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
