import { SiteverifyOptions } from '../siteverify.options.js';

/** Options of Cloudflare Turnstile. */
export class TurnstileOptions extends SiteverifyOptions {
  static readonly provider = 'turnstile';
  static readonly environment = { secretKey: ['TURNSTILE_SECRET_KEY'], baseUrl: ['TURNSTILE_BASE_URL'] };
  static readonly testKeys = {
    secretKey: [
      '1x0000000000000000000000000000000AA',
      '2x0000000000000000000000000000000AA',
      '3x0000000000000000000000000000000AA',
    ],
    sitekey: [
      '1x00000000000000000000AA',
      '2x00000000000000000000AB',
      '1x00000000000000000000BB',
      '2x00000000000000000000BB',
      '3x00000000000000000000FF',
    ],
  };
}
