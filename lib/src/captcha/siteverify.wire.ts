import { ProviderProtocolError } from '../index.js';
import {
  member,
  reject,
  stringMember,
  type Answer,
  type ExtrasOf,
  type ProviderReply,
  type WireRequest,
} from '../provider/index.js';
import type { CaptchaVerdict } from './captcha.types.js';
import { refusalOf, type CodeMeaning } from './error-codes.js';
import { dateMember, isScore } from './expectations.js';

/** The error codes that all of them document. A `bad-request` is the token's fault: nothing else in the form varies. */
export const SITEVERIFY_CODES = {
  'missing-input-secret': { option: 'secretKey' },
  'invalid-input-secret': { option: 'secretKey' },
  'missing-input-response': 'malformed_evidence',
  'invalid-input-response': 'unknown_evidence',
  'bad-request': 'malformed_evidence',
} as const satisfies Readonly<Record<string, CodeMeaning>>;

/** One provider's `siteverify`, as its documents describe it. */
export interface SiteverifyApi {
  readonly baseUrl: string;
  readonly path: string;
  readonly meanings: Readonly<Record<string, CodeMeaning>>;
  /** The life of a token, in milliseconds. */
  readonly lifeMs: number;
  /** `true` if a `sitekey` in the form refuses the tokens of other widgets. */
  readonly takesSitekey?: boolean;
  /** A new key under which a request may be repeated, where there is such a thing: without it, a repeat spends the token. */
  readonly idempotency?: () => Readonly<Record<string, string>>;
}

/** `POST` of a form. */
export function siteverifyRequest(
  { path, idempotency }: SiteverifyApi,
  form: Readonly<Record<string, string>>,
): WireRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ ...form, ...idempotency?.() }).toString(),
    repeatable: idempotency !== undefined,
  };
}

/**
 * Reads a reply of `POST siteverify`; `accept` holds a *yes* against what is expected.
 * @throws ProviderProtocolError for an answer that is not documented, or contradicts itself.
 */
export function readSiteverify(
  provider: string,
  { status, body }: ProviderReply,
  { meanings }: SiteverifyApi,
  accept: (solved: ExtrasOf<CaptchaVerdict>) => Answer<ExtrasOf<CaptchaVerdict>>,
): Answer<ExtrasOf<CaptchaVerdict>> {
  const unknown = (what: string): ProviderProtocolError =>
    new ProviderProtocolError(provider, `"${provider}" answered ${String(status)}, and the answer ${what}`);
  if (body === undefined) throw unknown('is not a JSON object');
  const [success, codes, score] = [
    member(body, 'success'),
    member(body, 'error-codes') ?? [],
    member(body, 'score'),
  ];
  if (!Array.isArray(codes) || !codes.every(code => typeof code === 'string'))
    throw unknown('lists errors that are none');
  if (success === false && codes.length > 0) return refusalOf(provider, codes, meanings);
  if (success === false && status === 200) return reject('not_verified');
  if (success !== true) throw unknown('is not documented');
  if (codes.length > 0) throw unknown('says yes and lists errors');
  if (score !== undefined && !isScore(score)) throw unknown('has a score that is none');
  return accept({
    hostname: stringMember(body, 'hostname'),
    action: stringMember(body, 'action'),
    score,
    challengedAt: dateMember(body, 'challenge_ts'),
  });
}
