import type { ExecutionContext } from '@nestjs/common';
import { IsOptional, ValidateBy } from 'class-validator';
import { IsCredential, type Credential } from '../provider/index.js';
import { CaptchaOptions } from './captcha.options.js';

/** Options of the captchas that have a `siteverify` as Google's. */
export abstract class SiteverifyOptions extends CaptchaOptions {
  /** The secret key that belongs to the widget. @default the environment, such as `TURNSTILE_SECRET_KEY` */
  @IsOptional() @IsCredential() secretKey?: Credential | undefined;

  /**
   * The visitor's address, which the provider may compare. Read a forwarded header only where your proxy sets it.
   * @default not sent
   */
  @IsOptional()
  @ValidateBy({
    name: 'isFunction',
    validator: {
      validate: value => typeof value === 'function',
      defaultMessage: () => 'must be a function of the ExecutionContext',
    },
  })
  remoteIp?: ((context: ExecutionContext) => string | undefined) | undefined;
}
