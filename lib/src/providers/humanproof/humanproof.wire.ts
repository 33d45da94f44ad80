import { attest, reject, type Answer } from '../../contract/answer.js';
import { ProviderRefusedError } from '../../errors/verification.error.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { member } from '../../wire/json.js';
import { undocumented } from '../undocumented.js';

const NAME = 'humanproof';

/** Statuses that a person has to mend, and what the documentation says they mean. */
const REFUSALS: Readonly<Record<number, string>> = {
  401: 'the backend secret is invalid or revoked: check providers.humanproof.secret',
  402: 'billing blocks verification',
  403: 'the project is suspended',
};

// Without Accept, a validation error may be answered with a redirect or a page.
const HEADERS = Object.freeze({ 'content-type': 'application/json', accept: 'application/json' });

export function siteverifyRequest(secret: string, token: string): WireRequest {
  return {
    method: 'POST',
    path: '/api/siteverify',
    headers: HEADERS,
    body: JSON.stringify({ secret, response: token }),
    repeatable: false, // tokens are single-use, and there is no idempotency key
  };
}

/** Reads a reply of `POST /api/siteverify`. */
export function readSiteverify({ status, body }: ProviderReply): Answer {
  const refusal = REFUSALS[status];
  if (refusal !== undefined && body !== undefined)
    // without JSON it is an intermediary's page
    throw new ProviderRefusedError(NAME, `"humanproof" answered ${String(status)}: ${refusal}`);
  const success = body && member(body, 'success');
  if (status === 422 && success !== true) return reject('malformed_evidence', { code: 422 });
  if (status === 200 && success === true) return attest(['human_verified'], {});
  if (status === 200 && success === false) return reject('not_verified');
  throw undocumented(NAME, status);
}
