import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { SiteverifyEmulator } from '../captcha/siteverify.emulator.js';
import type { EmulatorOptions } from '../emulator.js';

/** Turnstile's siteverify: tokens live five minutes, and a request with an `idempotency_key` can be repeated. */
export class TurnstileEmulator extends SiteverifyEmulator<'hostname' | 'action'> {
  constructor(options: EmulatorOptions) {
    super(options, {
      ...DEMO_CREDENTIALS.turnstile,
      path: 'turnstile/v0/siteverify',
      lifetimeMs: 300_000,
      takesJson: true,
      used: 'timeout-or-duplicate',
      expired: 'timeout-or-duplicate',
      requestName: 'idempotency_key',
      success: { 'error-codes': [] },
    });
  }
}
