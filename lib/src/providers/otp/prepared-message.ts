import { expectKnownMembers } from '../../errors/known-members.js';
import {
  ConfigurationError,
  RecipientMalformedError,
  RecipientRejectedError,
} from '../../errors/verification.error.js';
import { codeLifeOf, limitsOf, NO_CODE_LIFE, type OtpOptions } from './otp.options.js';
import type { OtpMessage } from './otp.types.js';
import { recipientIn } from './recipient.js';
import { codeIn } from './verify-code.js';

const MEMBERS = ['to', 'purpose', 'validFor', 'requester'];

/**
 * Checks a message, and brings its recipient into canonical form; `members` are those of one vendor besides.
 * @throws ConfigurationError for the application's own mistakes.
 * @throws RecipientMalformedError where the recipient can be none.
 * @throws RecipientRejectedError where the application does not send to that country.
 */
export function preparedMessage(
  provider: string,
  message: OtpMessage,
  members: readonly string[],
  options: OtpOptions,
) {
  expectKnownMembers(message, [...MEMBERS, ...members], 'send()', provider);
  const { purpose, requester, code, validFor } = message;
  for (const [name, value] of Object.entries({ purpose, requester, code })) {
    if (value === undefined || (typeof value === 'string' && value !== '')) continue;
    throw new ConfigurationError(`"${name}" of send() must be text, or left out.`, provider);
  }
  if (code !== undefined && codeIn(code, options.alphabet) !== code) {
    throw new ConfigurationError(
      '"code" of send() must be 4 to 10 characters of "alphabet", which are digits unless the options say otherwise.',
      provider,
    );
  }
  const validForMs = validFor === undefined ? limitsOf(options).validForMs : codeLifeOf(validFor);
  if (validForMs === undefined)
    throw new ConfigurationError(`"validFor" of send() ${NO_CODE_LIFE}.`, provider);
  return { to: recipientOf(message, options, provider), purpose, requester, code, validForMs };
}

function recipientOf({ to }: OtpMessage, { allowedCountries }: OtpOptions, provider: string): string {
  const recipient = recipientIn(to);
  if (recipient === undefined) {
    throw new RecipientMalformedError(
      provider,
      '"to" is neither a phone number with its country code nor an e-mail address',
    );
  }
  const isAllowed =
    recipient.includes('@') ||
    allowedCountries === undefined ||
    allowedCountries.some(code => recipient.startsWith(`+${String(code).replace('+', '')}`));
  if (isAllowed) return recipient;
  throw new RecipientRejectedError(provider, '"allowedCountries" does not name the country of this number');
}
