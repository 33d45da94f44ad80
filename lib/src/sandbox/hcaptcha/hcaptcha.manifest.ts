import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { captchaManifest, siteverifyErrors } from '../captcha/captcha.manifest.js';
import { HCaptchaEmulator } from './hcaptcha.emulator.js';

const { secretKey } = DEMO_CREDENTIALS.hcaptcha;

/** hCaptcha in the sandbox. */
export const hcaptcha = captchaManifest({
  name: 'hcaptcha',
  title: 'hCaptcha',
  emulator: HCaptchaEmulator,
  root: 'siteverify',
  words: ['siteverify'],
  credentials: { secretKey },
  environment: { HCAPTCHA_SECRET_KEY: 'secretKey', HCAPTCHA_BASE_URL: 'baseUrl' },
  errors: siteverifyErrors(
    'missing-input-secret',
    'invalid-input-secret',
    'missing-input-response',
    'invalid-input-response',
    'expired-input-response',
    'already-seen-response',
    'bad-request',
    'missing-remoteip',
    'invalid-remoteip',
    'not-using-dummy-passcode',
    'sitekey-secret-mismatch',
    // Older, or seen without being documented.
    'invalid-or-already-seen-response',
    'not-using-dummy-secret',
    'invalid-sitekey',
  ),
  verification: `siteverify -d secret=${secretKey} -d response=$TOKEN`,
});
