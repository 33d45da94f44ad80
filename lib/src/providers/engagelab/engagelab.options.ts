import { IsOptional } from 'class-validator';
import { OtpOptions } from '../otp/otp.options.js';
import type { Credential } from '../account.js';
import { IsCredential } from '../provider.options.js';

/** Options of EngageLab OTP. */
export class EngageLabOtpOptions extends OtpOptions {
  static readonly provider = 'engagelab';
  static readonly environment = {
    devKey: ['ENGAGELAB_DEV_KEY'],
    devSecret: ['ENGAGELAB_DEV_SECRET'],
    baseUrl: ['ENGAGELAB_BASE_URL'],
  };

  /** The API key of the OTP application. @default `ENGAGELAB_DEV_KEY` */
  @IsOptional() @IsCredential() devKey?: Credential | undefined;

  /** The secret of the API key. @default `ENGAGELAB_DEV_SECRET` */
  @IsOptional() @IsCredential() devSecret?: Credential | undefined;
}
