import { SITEVERIFY_CODES, type SiteverifyApi } from '../siteverify.wire.js';

/** hCaptcha's siteverify: https://docs.hcaptcha.com/#verify-the-user-response-server-side */
export const HCAPTCHA_API: SiteverifyApi = {
  baseUrl: 'https://api.hcaptcha.com',
  path: '/siteverify',
  meanings: {
    ...SITEVERIFY_CODES,
    'expired-input-response': 'expired',
    'already-seen-response': 'replayed',
    'invalid-or-already-seen-response': 'expired_or_replayed', // the older name
    'missing-remoteip': { option: 'remoteIp' },
    'invalid-remoteip': 'malformed_evidence', // a visitor may have a say in the address
    // Tokens that a visitor brings from hCaptcha's test page or from another site.
    'not-using-dummy-passcode': 'other_site',
    'not-using-dummy-secret': 'other_site',
    'sitekey-secret-mismatch': 'other_site',
    'invalid-sitekey': 'other_site',
  },
  lifeMs: 120_000,
  takesSitekey: true,
};
