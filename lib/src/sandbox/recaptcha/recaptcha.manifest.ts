import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { captchaManifest, siteverifyErrors } from '../captcha/captcha.manifest.js';
import { RecaptchaEmulator } from './recaptcha.emulator.js';

const { secretKey } = DEMO_CREDENTIALS.recaptcha;

/** Google reCAPTCHA v2 and v3 in the sandbox. */
export const recaptcha = captchaManifest({
  name: 'recaptcha',
  title: 'reCAPTCHA',
  emulator: RecaptchaEmulator,
  className: 'g-recaptcha',
  credentials: { secretKey },
  environment: { RECAPTCHA_SECRET_KEY: 'secretKey', RECAPTCHA_BASE_URL: 'baseUrl' },
  errors: siteverifyErrors('timeout-or-duplicate'),
  path: 'recaptcha/api/siteverify',
  curl: `-d secret=${secretKey} -d response=$TOKEN`,
});
