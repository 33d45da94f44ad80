import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { captchaManifest, siteverifyErrors } from '../captcha/captcha.manifest.js';
import { HCaptchaEmulator } from './hcaptcha.emulator.js';

const { secretKey } = DEMO_CREDENTIALS.hcaptcha;

/** hCaptcha in the sandbox. */
export const hcaptcha = captchaManifest({
  name: 'hcaptcha',
  title: 'hCaptcha',
  emulator: HCaptchaEmulator,
  className: 'h-captcha',
  credentials: { secretKey },
  environment: { HCAPTCHA_SECRET_KEY: 'secretKey', HCAPTCHA_BASE_URL: 'baseUrl' },
  errors: siteverifyErrors(
    'expired-input-response',
    'already-seen-response',
    'missing-remoteip',
    'invalid-remoteip',
    'not-using-dummy-passcode',
    'sitekey-secret-mismatch',
    // Older, or seen without being documented.
    'invalid-or-already-seen-response',
    'not-using-dummy-secret',
    'invalid-sitekey',
  ),
  path: 'siteverify',
  curl: `-d secret=${secretKey} -d response=$TOKEN`,
});
