import type { Verdict } from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { ENGAGELAB } from '../answers/engagelab.answers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { VERIFYID } from '../answers/verifyid.answers.js';
import type { RunningServices } from '../support/services.js';

/** One verification per provider, and its documented *yes*. */
export const VERIFICATIONS: readonly {
  readonly provider: string;
  readonly yes: unknown;
  readonly ask: (services: RunningServices) => Promise<Verdict>;
}[] = [
  {
    provider: 'checkify',
    yes: CHECKIFY.completed('r1'),
    ask: ({ checkify }) => checkify.verify({ requestId: 'r1' }),
  },
  {
    provider: 'engagelab',
    yes: ENGAGELAB.verified('m1', '123456'),
    ask: ({ engagelab }) => engagelab.verify({ messageId: 'm1', verifyCode: '123456' }),
  },
  {
    provider: 'humanproof',
    yes: HUMANPROOF.yes,
    ask: ({ humanproof }) => humanproof.verify({ token: 't' }),
  },
  {
    provider: 'verifyid',
    yes: VERIFYID.yes(),
    ask: ({ verifyid }) => verifyid.verify({ token: 't', deviceId: 'd' }, { claims: ['age_over_18'] }),
  },
];

/** The verification of one provider. */
export function verificationOf(provider: string): (typeof VERIFICATIONS)[number] {
  return VERIFICATIONS.find(each => each.provider === provider)!;
}
