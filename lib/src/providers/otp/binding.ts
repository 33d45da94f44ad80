import { NOBODY } from '../../contract/subject.js';
import { ConfigurationError } from '../../errors/verification.error.js';
import type { OtpRequirement } from './otp.types.js';
import { claimOf, isSameRecipient, recipientIn } from './recipient.js';

type Binding = Pick<OtpRequirement, 'purpose' | 'recipient'>;

/**
 * Returns a requirement as it is, after a look at the members that bind a code.
 * @throws ConfigurationError where it names a member and has nothing in it: `{ recipient: user.phone }` of somebody
 * without a phone would else demand nobody in particular.
 */
export function expectBound(requirement: OtpRequirement, provider: string): OtpRequirement {
  for (const name of ['purpose', 'recipient'] as const) {
    if (!Object.hasOwn(requirement, name) || typeof requirement[name] === 'string') continue;
    throw new ConfigurationError(
      `"${name}" of "${provider}" must be text (it is ${typeof requirement[name]}); leave it out where any will do.`,
      provider,
    );
  }
  return requirement;
}

/** Says why no code can meet a requirement that is the same for all requests. */
export function mistakeIn({ claims = [], purpose, recipient }: OtpRequirement): string | undefined {
  if (purpose === '') return '"purpose" must not be empty; leave it out where any will do';
  if (recipient === undefined) return undefined;
  const whose = recipientIn(recipient);
  if (whose === undefined)
    return '"recipient" must be a phone number with its country code, such as +45 20 12 34 56, or an e-mail address';
  const claim = claimOf(whose);
  if (claims.every(each => each === claim)) return undefined;
  return `"recipient" can attest ${claim} alone, and "claims" name another`;
}

/**
 * Returns what two requirements bind to together.
 * @throws ConfigurationError where one code cannot serve both.
 */
export function mergedBinding(first: Binding, second: Binding, provider: string): Binding {
  if (first.purpose !== undefined && second.purpose !== undefined && first.purpose !== second.purpose) {
    throw new ConfigurationError(
      `two demands on "${provider}" name different purposes; one code cannot serve both.`,
      provider,
    );
  }
  const purpose = first.purpose ?? second.purpose;
  const [one, other] = [first.recipient, second.recipient];
  const differ =
    one !== undefined && other !== undefined && !isSameRecipient(canonical(one), canonical(other));
  const recipient = differ ? NOBODY : (one ?? other);
  // The result has bound members only: a member that is there and `undefined` is a mistake elsewhere.
  return {
    ...(purpose === undefined ? undefined : { purpose }),
    ...(recipient === undefined ? undefined : { recipient }),
  };
}

/** The recipient in its canonical form. A text that is no recipient matches nobody. */
export function canonical(recipient: string): string {
  return recipientIn(recipient) ?? NOBODY;
}
