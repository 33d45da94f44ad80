import { randomUUID } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { CaptchaEmulator } from '../captcha/captcha.emulator.js';
import type { EmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { json, type Reply } from '../http/reply.js';
import { friendlyCaptchaError } from './friendly-captcha-error.js';

const { apiKey, siteKey } = DEMO_CREDENTIALS['friendly-captcha'];
const REFUSALS = {
  unknown: 'response_invalid',
  used: 'response_duplicate',
  expired: 'response_timeout',
} as const;

/** Friendly Captcha v2: the key is a header, and the answer has the origin of the page. */
export class FriendlyCaptchaEmulator extends CaptchaEmulator<'hostname'> {
  constructor(options: EmulatorOptions) {
    // The document says only that a token ends.
    super(options, { siteKey, path: 'api/v2/captcha/siteverify', lifetimeMs: 300_000, takesJson: true });
  }

  protected verify({ headers }: ApiRequest, field: (name: string) => string): Reply {
    if (headers['x-api-key'] === undefined) return friendlyCaptchaError('auth_required');
    if (headers['x-api-key'] !== apiKey) return friendlyCaptchaError('auth_invalid');
    if (field('response') === '') return friendlyCaptchaError('response_missing');
    if (!['', siteKey].includes(field('sitekey'))) return friendlyCaptchaError('sitekey_invalid');
    const found = this.redeem(field('response'));
    if (typeof found === 'string') return friendlyCaptchaError(REFUSALS[found]);
    const { hostname = '' } = found.says;
    const challenge = {
      timestamp: new Date(found.issuedAt).toISOString(),
      origin: hostname === '' ? '' : `https://${hostname}`,
    };
    const data = { event_id: `ev_${randomUUID()}`, challenge, risk_intelligence: null };
    return json(200, { success: true, data });
  }
}
