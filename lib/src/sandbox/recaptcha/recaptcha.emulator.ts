import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { SiteverifyEmulator } from '../captcha/siteverify.emulator.js';
import type { EmulatorOptions } from '../emulator.js';

/** reCAPTCHA's siteverify: tokens live two minutes. A token with a score and an action is one of v3. */
export class RecaptchaEmulator extends SiteverifyEmulator<'hostname' | 'action' | 'score'> {
  constructor(options: EmulatorOptions) {
    super(options, {
      ...DEMO_CREDENTIALS.recaptcha,
      path: 'recaptcha/api/siteverify',
      lifetimeMs: 120_000,
      used: 'timeout-or-duplicate',
      expired: 'timeout-or-duplicate',
    });
  }
}
