import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { captchaManifest } from '../captcha/captcha.manifest.js';
import { FRIENDLY_CAPTCHA_ERRORS } from './friendly-captcha-error.js';
import { FriendlyCaptchaEmulator } from './friendly-captcha.emulator.js';

const { apiKey } = DEMO_CREDENTIALS['friendly-captcha'];

/** Friendly Captcha in the sandbox. */
export const friendlyCaptcha = captchaManifest({
  name: 'friendly-captcha',
  title: 'Friendly Captcha',
  emulator: FriendlyCaptchaEmulator,
  className: 'frc-captcha',
  credentials: { apiKey },
  environment: { FRIENDLY_CAPTCHA_API_KEY: 'apiKey', FRIENDLY_CAPTCHA_BASE_URL: 'baseUrl' },
  errors: FRIENDLY_CAPTCHA_ERRORS,
  path: 'api/v2/captcha/siteverify',
  curl: `-H 'X-API-Key: ${apiKey}' -d response=$TOKEN`,
});
