import { IsInt, IsOptional, Matches, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { millisecondsOf, type Duration } from '../../contract/duration.js';
import { Is } from '../is.decorator.js';
import { ProviderOptions } from '../provider.options.js';

const DAY_MS = 24 * 60 * 60_000;

/** The message about a `validFor` that {@link codeLifeOf} cannot read. */
export const NO_CODE_LIFE = `must be milliseconds or a text such as '5m', and at most a day`;

/** Limits the codes to one recipient. A stranger may ask for them, and a message costs money. */
export class SendLimitOptions {
  /** Codes at once. @default 3 */
  @IsOptional() @IsInt() @Min(1) @Max(100) messages?: number | undefined;

  /** The time until there may be one more, in milliseconds. The owner of a number never waits longer. @default 900000 */
  @IsOptional() @IsInt() @Min(1) @Max(DAY_MS) refillMs?: number | undefined;
}

/** Limits one `requester`, over all recipients. */
export class RequesterLimitOptions {
  /** Codes at once. @default 5 */
  @IsOptional() @IsInt() @Min(1) @Max(10_000) messages?: number | undefined;

  /** Guesses at once. @default 15 */
  @IsOptional() @IsInt() @Min(1) @Max(10_000) guesses?: number | undefined;

  /** The time until there may be one more code, or three more guesses, in milliseconds. @default 3600000 */
  @IsOptional() @IsInt() @Min(1) @Max(DAY_MS) refillMs?: number | undefined;
}

/** Options of every provider that sends codes. */
export abstract class OtpOptions extends ProviderOptions {
  /** The time for which a code can be used: that of the vendor's template, at most a day. @default '10m' */
  @IsOptional()
  @Is(value => codeLifeOf(value) !== undefined, NO_CODE_LIFE)
  validFor?: Duration | undefined;

  /** The characters of codes, such as `'0123456789ABCDEF'`. @default the ten digits */
  @IsOptional()
  @Matches(/^(?=.*\d)[0-9A-Za-z]{2,62}$/, { message: 'must be letters and digits, with a digit among them' })
  alphabet?: string | undefined;

  /** Guesses at one code. @default 5 */
  @IsOptional() @IsInt() @Min(1) @Max(100) guesses?: number | undefined;

  /** Limits the codes to one recipient. `false`: something else limits `send()`. @default 3, and one more every 15 minutes */
  @IsOptional()
  @ValidateIf((options: OtpOptions) => options.sendLimit !== false)
  @ValidateNested()
  sendLimit?: SendLimitOptions | false | undefined;

  /** Limits the codes and guesses of one `requester` of `send()`. @default 5 codes and 15 guesses, and more every hour */
  @IsOptional() @ValidateNested() requesterLimit?: RequesterLimitOptions | undefined;

  /** The calling codes that codes are sent to, such as `['45', '46']`. @default all */
  @IsOptional()
  @Is(areCallingCodes, `must be an array of calling codes such as '45'`)
  allowedCountries?: readonly (string | number)[] | undefined;

  static readonly nested = { sendLimit: SendLimitOptions, requesterLimit: RequesterLimitOptions };
}

function areCallingCodes(value: unknown): boolean {
  return Array.isArray(value) && value.every(each => /^\+?[1-9]\d{0,6}$/.test(String(each)));
}

/** The time for which a code can be used, in milliseconds; `undefined` for what is no such time. */
export function codeLifeOf(duration: unknown): number | undefined {
  const ms = millisecondsOf(duration);
  return ms !== undefined && ms <= DAY_MS ? ms : undefined;
}

/** The limits that hold, in numbers. */
export function limitsOf({ validFor, guesses, sendLimit, requesterLimit }: OtpOptions) {
  return {
    validForMs: millisecondsOf(validFor ?? '10m') ?? 0,
    guesses: guesses ?? 5,
    sends:
      sendLimit === false
        ? undefined
        : { capacity: sendLimit?.messages ?? 3, refillMs: sendLimit?.refillMs ?? 15 * 60_000 },
    requesterSends: {
      capacity: requesterLimit?.messages ?? 5,
      refillMs: requesterLimit?.refillMs ?? 60 * 60_000,
    },
    requesterGuesses: {
      capacity: requesterLimit?.guesses ?? 15,
      refillMs: (requesterLimit?.refillMs ?? 60 * 60_000) / 3,
    },
  };
}
