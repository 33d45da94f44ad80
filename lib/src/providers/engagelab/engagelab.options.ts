import { IsInt, IsOptional, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { IsCredential, ProviderOptions } from '../provider.options.js';

const DAY_MS = 24 * 60 * 60_000;

/** How many codes one recipient can be sent. */
export class SendLimitOptions {
  /** Codes in a window. @default 3 */
  @IsOptional() @IsInt() @Min(1) @Max(100) messages?: number | undefined;

  /** The window, in milliseconds. @default 600000 */
  @IsOptional() @IsInt() @Min(1) @Max(DAY_MS) windowMs?: number | undefined;

  /** Between one code and the next, in milliseconds. @default 30000 */
  @IsOptional() @IsInt() @Min(1) @Max(DAY_MS) intervalMs?: number | undefined;
}

/** Options of EngageLab OTP. */
export class EngageLabOtpOptions extends ProviderOptions {
  static readonly environment = {
    devKey: ['ENGAGELAB_DEV_KEY'],
    devSecret: ['ENGAGELAB_DEV_SECRET'],
    baseUrl: ['ENGAGELAB_BASE_URL'],
  };

  static readonly nested = { sendLimit: SendLimitOptions };

  /** The API key of the OTP application. */
  @IsOptional() @IsCredential() devKey?: string | undefined;

  /** Its secret. */
  @IsOptional() @IsCredential() devSecret?: string | undefined;

  /** How many codes one recipient can be sent; `false` only where something else before `send()` limits it. */
  @IsOptional()
  @ValidateIf((options: EngageLabOtpOptions) => options.sendLimit !== false)
  @ValidateNested()
  sendLimit?: SendLimitOptions | false | undefined;
}
