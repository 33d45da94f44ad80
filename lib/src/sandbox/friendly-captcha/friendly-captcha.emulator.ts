import { randomUUID } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { CaptchaEmulator } from '../captcha/captcha.emulator.js';
import type { EmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { json, type Reply } from '../http/reply.js';
import { FRIENDLY_CAPTCHA_ERRORS as ERRORS } from './friendly-captcha-error.js';

const { apiKey, siteKey } = DEMO_CREDENTIALS['friendly-captcha'];
const REFUSALS = {
  unknown: ERRORS.response_invalid,
  used: ERRORS.response_duplicate,
  expired: ERRORS.response_timeout,
};

/** Friendly Captcha v2: the key is a header, and the answer has the origin of the page. */
export class FriendlyCaptchaEmulator extends CaptchaEmulator<'hostname'> {
  constructor(options: EmulatorOptions) {
    // The document says only that a token ends.
    super(options, { siteKey, path: 'api/v2/captcha/siteverify', lifetimeMs: 300_000, takesJson: true });
  }

  protected verify({ headers }: ApiRequest, field: (name: string) => string): Reply {
    if (headers['x-api-key'] === undefined) return ERRORS.auth_required;
    if (headers['x-api-key'] !== apiKey) return ERRORS.auth_invalid;
    if (field('response') === '') return ERRORS.response_missing;
    if (!['', siteKey].includes(field('sitekey'))) return ERRORS.sitekey_invalid;
    const found = this.redeem(field('response'));
    if (typeof found === 'string') return REFUSALS[found];
    const { hostname = '' } = found.says;
    const challenge = {
      timestamp: new Date(found.issuedAt).toISOString(),
      origin: hostname === '' ? '' : `https://${hostname}`,
    };
    const data = { event_id: `ev_${randomUUID()}`, challenge, risk_intelligence: null };
    return json(200, { success: true, data });
  }
}
