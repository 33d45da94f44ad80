import { SITEVERIFY_CODES, type SiteverifyApi } from '../siteverify.wire.js';

/** reCAPTCHA's siteverify: https://developers.google.com/recaptcha/docs/verify */
export const RECAPTCHA_API: SiteverifyApi = {
  baseUrl: 'https://www.google.com',
  path: '/recaptcha/api/siteverify',
  meanings: { ...SITEVERIFY_CODES, 'timeout-or-duplicate': 'expired_or_replayed' },
  lifeMs: 120_000,
};

/** The actions that `grecaptcha.execute()` takes. */
export const ACTION = /^[\w/]{1,100}$/;

/** Google's own advice for a score, where nobody says another. */
export const DEFAULT_MIN_SCORE = 0.5;
