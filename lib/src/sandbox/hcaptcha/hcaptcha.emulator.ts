import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { SiteverifyEmulator } from '../captcha/siteverify.emulator.js';
import type { EmulatorOptions } from '../emulator.js';

/** hCaptcha's siteverify: tokens live two minutes. A score, where higher is worse, makes it hCaptcha Enterprise. */
export class HCaptchaEmulator extends SiteverifyEmulator<'hostname' | 'score'> {
  constructor(options: EmulatorOptions) {
    super(options, {
      ...DEMO_CREDENTIALS.hcaptcha,
      path: 'siteverify',
      lifetimeMs: 120_000,
      used: 'already-seen-response',
      expired: 'expired-input-response',
      otherSite: 'sitekey-secret-mismatch',
    });
  }
}
