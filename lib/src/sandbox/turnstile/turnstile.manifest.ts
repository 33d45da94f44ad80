import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { captchaManifest, siteverifyErrors } from '../captcha/captcha.manifest.js';
import { TurnstileEmulator } from './turnstile.emulator.js';

const { secretKey } = DEMO_CREDENTIALS.turnstile;

/** Cloudflare Turnstile in the sandbox. */
export const turnstile = captchaManifest({
  name: 'turnstile',
  title: 'Turnstile',
  emulator: TurnstileEmulator,
  root: 'turnstile',
  words: ['turnstile', 'v0', 'siteverify'],
  credentials: { secretKey },
  environment: { TURNSTILE_SECRET_KEY: 'secretKey', TURNSTILE_BASE_URL: 'baseUrl' },
  errors: siteverifyErrors(
    'missing-input-secret',
    'invalid-input-secret',
    'missing-input-response',
    'invalid-input-response',
    'bad-request',
    'timeout-or-duplicate',
    'internal-error',
  ),
  verification: `turnstile/v0/siteverify -d secret=${secretKey} -d response=$TOKEN`,
});
