import { randomUUID } from 'node:crypto';
import { SITEVERIFY_CODES, type SiteverifyApi } from '../siteverify.wire.js';

/** Turnstile's siteverify: https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ */
export const TURNSTILE_API: SiteverifyApi = {
  baseUrl: 'https://challenges.cloudflare.com',
  path: '/turnstile/v0/siteverify',
  meanings: {
    ...SITEVERIFY_CODES,
    'timeout-or-duplicate': 'expired_or_replayed',
    'internal-error': 'unavailable',
  },
  lifeMs: 300_000,
  // It must be there the first time: a repeat of a request without one is a duplicate.
  idempotency: () => ({ idempotency_key: randomUUID() }),
};

export const TOKEN_LENGTH = 2048;

/** The actions that a widget takes. */
export const ACTION = /^[\w-]{1,32}$/;
