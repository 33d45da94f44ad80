import { ConfigurationError } from '../../errors/verification.error.js';
import type { EngageLabOtpRequirement } from './engagelab.types.js';

type Binding = Pick<EngageLabOtpRequirement, 'purpose' | 'recipient'>;

/** Only what is bound: a member that is there and `undefined` is a mistake elsewhere. */
export function bound({ purpose, recipient }: Binding): Binding {
  return {
    ...(purpose === undefined ? undefined : { purpose }),
    ...(recipient === undefined ? undefined : { recipient }),
  };
}

/**
 * A requirement that says what it binds to, as it came.
 * @throws ConfigurationError where it names a member and has nothing in it: `{ recipient: user.phone }` of somebody
 * without a phone would else demand nobody in particular.
 */
export function expectBound(requirement: EngageLabOtpRequirement): EngageLabOtpRequirement {
  for (const name of ['purpose', 'recipient'] as const) {
    if (!Object.hasOwn(requirement, name) || typeof requirement[name] === 'string') continue;
    throw new ConfigurationError(
      `"${name}" of "engagelab" must be text (it is ${typeof requirement[name]}); leave it out where any will do.`,
      'engagelab',
    );
  }
  return requirement;
}
