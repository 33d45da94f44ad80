import { IsOptional, Matches, ValidateBy } from 'class-validator';
import { ProviderOptions } from '../provider/index.js';

const HOSTNAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** Options that every captcha has. */
export abstract class CaptchaOptions extends ProviderOptions {
  /**
   * The hosts of your pages, such as `['shop.example']`: a token that was solved elsewhere is refused.
   * @default every host that the provider allows
   */
  @IsOptional()
  @ValidateBy({
    name: 'isHostnames',
    validator: {
      validate: value => Array.isArray(value) && value.length > 0 && value.every(isHostname),
      defaultMessage: () =>
        "must be a non-empty array of hosts in lower case, such as ['shop.example'], without scheme, port or path",
    },
  })
  hostnames?: readonly string[] | undefined;

  /** The public key of the widget on your page. @default none: it is not compared */
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,256}$/, { message: 'must be a text without spaces' })
  sitekey?: string | undefined;
}

function isHostname(value: unknown): boolean {
  return typeof value === 'string' && HOSTNAME.test(value);
}
