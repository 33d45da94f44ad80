import { IsOptional } from 'class-validator';
import { IsCredential, type Credential } from '../../provider/index.js';
import { CaptchaOptions } from '../captcha.options.js';

/** Options of Friendly Captcha v2. */
export class FriendlyCaptchaOptions extends CaptchaOptions {
  static readonly provider = 'friendly-captcha';
  static readonly environment = {
    apiKey: ['FRIENDLY_CAPTCHA_API_KEY'],
    baseUrl: ['FRIENDLY_CAPTCHA_BASE_URL'],
  };

  /** The API key of your account. @default `FRIENDLY_CAPTCHA_API_KEY` */
  @IsOptional() @IsCredential() apiKey?: Credential | undefined;
}
