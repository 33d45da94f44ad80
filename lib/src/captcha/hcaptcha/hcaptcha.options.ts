import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import { SiteverifyOptions } from '../siteverify.options.js';

/** Options of hCaptcha. */
export class HCaptchaOptions extends SiteverifyOptions {
  static readonly provider = 'hcaptcha';
  static readonly environment = { secretKey: ['HCAPTCHA_SECRET_KEY'], baseUrl: ['HCAPTCHA_BASE_URL'] };
  static readonly testKeys = {
    secretKey: ['0x0000000000000000000000000000000000000000'],
    sitekey: [
      '10000000-ffff-ffff-ffff-000000000001',
      '20000000-ffff-ffff-ffff-000000000002',
      '30000000-ffff-ffff-ffff-000000000003',
    ],
  };

  /**
   * The highest risk score that passes, from 0 to 1, where 1 is most likely a bot; a reply without a score, as accounts
   * below Enterprise get, is then refused. @default every score
   */
  @IsOptional() @IsNumber() @Min(0) @Max(1) maxRiskScore?: number | undefined;
}
