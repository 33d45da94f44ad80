import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { captchaManifest, siteverifyErrors } from '../captcha/captcha.manifest.js';
import { TurnstileEmulator } from './turnstile.emulator.js';

const { secretKey } = DEMO_CREDENTIALS.turnstile;

/** Cloudflare Turnstile in the sandbox. */
export const turnstile = captchaManifest({
  name: 'turnstile',
  title: 'Turnstile',
  emulator: TurnstileEmulator,
  className: 'cf-turnstile',
  credentials: { secretKey },
  environment: { TURNSTILE_SECRET_KEY: 'secretKey', TURNSTILE_BASE_URL: 'baseUrl' },
  errors: siteverifyErrors('timeout-or-duplicate', 'internal-error'),
  path: 'turnstile/v0/siteverify',
  curl: `-d secret=${secretKey} -d response=$TOKEN`,
});
