import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { captchaManifest, siteverifyErrors } from '../captcha/captcha.manifest.js';
import { RecaptchaEmulator } from './recaptcha.emulator.js';

const { secretKey } = DEMO_CREDENTIALS.recaptcha;

/** Google reCAPTCHA v2 and v3 in the sandbox. */
export const recaptcha = captchaManifest({
  name: 'recaptcha',
  title: 'reCAPTCHA',
  emulator: RecaptchaEmulator,
  root: 'recaptcha',
  words: ['recaptcha', 'api', 'siteverify'],
  credentials: { secretKey },
  environment: { RECAPTCHA_SECRET_KEY: 'secretKey', RECAPTCHA_BASE_URL: 'baseUrl' },
  errors: siteverifyErrors(
    'missing-input-secret',
    'invalid-input-secret',
    'missing-input-response',
    'invalid-input-response',
    'bad-request',
    'timeout-or-duplicate',
  ),
  verification: `recaptcha/api/siteverify -d secret=${secretKey} -d response=$TOKEN`,
});
