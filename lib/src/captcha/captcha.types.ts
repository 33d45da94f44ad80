import type { AcceptedVerdict } from '../index.js';

/** The token that the widget writes into the form. */
export type CaptchaEvidence = { readonly token: string };

/**
 * The *yes* of a captcha. `validUntil` is when the token ends, where the provider says how long it lives. Other members are
 * `undefined` if the provider does not say them.
 */
export interface CaptchaVerdict extends AcceptedVerdict<'human_verified'> {
  /** The host of the page on which the challenge was solved. */
  readonly hostname: string | undefined;
  /** The name that your page gave the widget for this action. */
  readonly action: string | undefined;
  /** reCAPTCHA v3: 1 is most likely a human. hCaptcha Enterprise: 1 is most likely a bot. */
  readonly score: number | undefined;
  readonly challengedAt: Date | undefined;
}
