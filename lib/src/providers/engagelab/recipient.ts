import { ConfigurationError, RecipientRejectedError } from '../../errors/verification.error.js';
import { expectKnownMembers } from '../../errors/known-members.js';
import type { EngageLabOtpMessage } from './engagelab.types.js';

/**
 * A message that can be sent, as it came.
 * @throws ConfigurationError when the template cannot be one.
 * @throws RecipientRejectedError when the recipient cannot be one.
 */
export function expectSendable(message: EngageLabOtpMessage): EngageLabOtpMessage {
  expectKnownMembers(message, ['to', 'templateId', 'language', 'params', 'purpose'], 'send()', 'engagelab');
  const { to, templateId } = message;
  if (typeof templateId !== 'string' || templateId === '' || templateId.length > 128) {
    throw new ConfigurationError(
      'EngageLabOtpService.send(): "templateId" must be 1 to 128 characters.',
      'engagelab',
    );
  }
  if (!isRecipient(to)) {
    throw new RecipientRejectedError(
      'engagelab',
      '"to" is neither an E.164 phone number nor an e-mail address',
    );
  }
  return message;
}

/** Whether a code can be sent to it: an E.164 number or an e-mail address. */
function isRecipient(to: unknown): to is string {
  return typeof to === 'string' && (/^\+[1-9]\d{5,14}$/.test(to) || isEmail(to));
}

// Letters of any script, and the signs of a plain address. Comments, quotes, lists and characters that are not seen
// make other spellings of the same mailbox, or name several.
const EMAIL = /^(?!.*\p{DI})[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}@[\p{L}\p{M}\p{N}.-]{1,190}(?<!\.)$/u;

function isEmail(text: string): boolean {
  return EMAIL.test(text) && text.normalize('NFKC') === text; // nor letters that only look like others
}

/** One address or phone number, in however many ways it can be written. */
export function addressOf(recipient: string): string {
  const text = recipient.trim();
  if (!text.includes('@')) return text.replace(/[\s().-]/g, '');
  return isEmail(text) ? text.toLowerCase() : text;
}

/**
 * One mailbox or phone, for limits: what stands between `+` and `@` mostly reaches the same one, and brings no fresh
 * guesses or messages.
 */
export function mailboxOf(recipient: string): string {
  return addressOf(recipient).replace(/(?<=.)\+[^@]*@/, '@');
}
