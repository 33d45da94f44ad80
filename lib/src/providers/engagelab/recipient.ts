import { ConfigurationError, RecipientRejectedError } from '../../errors/verification.error.js';
import type { EngageLabOtpMessage } from './engagelab.question.js';

/**
 * A message that can be sent, as it came.
 * @throws ConfigurationError when the template cannot be one.
 * @throws RecipientRejectedError when the recipient cannot be one.
 */
export function expectSendable(message: EngageLabOtpMessage): EngageLabOtpMessage {
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

/** Whether a code can be sent to it: an E.164 number, or something with one `@` that could be an address. */
function isRecipient(to: unknown): to is string {
  return (
    typeof to === 'string' &&
    (/^\+[1-9]\d{5,14}$/.test(to) || /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,190}$/u.test(to))
  );
}

/** One mailbox or phone, in however many ways it can be written: none of them brings fresh guesses or messages. */
export function mailboxOf(recipient: string): string {
  const text = recipient.trim().toLowerCase();
  return text.includes('@') ? text : text.replace(/[\s().-]/g, '');
}
