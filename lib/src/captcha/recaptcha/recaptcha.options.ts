import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import { SiteverifyOptions } from '../siteverify.options.js';

/** Options of Google reCAPTCHA, v2 and v3. */
export class RecaptchaOptions extends SiteverifyOptions {
  static readonly provider = 'recaptcha';
  static readonly environment = { secretKey: ['RECAPTCHA_SECRET_KEY'], baseUrl: ['RECAPTCHA_BASE_URL'] };
  static readonly testKeys = {
    secretKey: ['6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe'],
    sitekey: ['6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI'],
  };

  /** The least score that passes, from 0 to 1. If it is set, a reply without a score is refused. @default 0.5, if there is a score */
  @IsOptional() @IsNumber() @Min(0) @Max(1) minScore?: number | undefined;
}
