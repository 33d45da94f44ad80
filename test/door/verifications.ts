import type { Verdict } from 'nestjs-verification';
import type { RunningServices } from '../support/services.js';

/** One verification per provider, and its documented *yes*. */
export const VERIFICATIONS: readonly {
  readonly provider: string;
  readonly yes: unknown;
  readonly ask: (services: RunningServices) => Promise<Verdict>;
}[] = [
  {
    provider: 'checkify',
    yes: { success: true, status: 'completed', request_id: 'r1', approved_claims: { human_verified: true } },
    ask: ({ checkify }) => checkify.verify({ requestId: 'r1' }),
  },
  {
    provider: 'engagelab',
    yes: { message_id: 'm1', verify_code: '123456', verified: true },
    ask: ({ engagelab }) => engagelab.verify({ messageId: 'm1', verifyCode: '123456' }),
  },
  {
    provider: 'humanproof',
    yes: { success: true },
    ask: ({ humanproof }) => humanproof.verify({ token: 't' }),
  },
  {
    provider: 'verifyid',
    yes: { age: 18 },
    ask: ({ verifyid }) => verifyid.verify({ token: 't', deviceId: 'd' }, { claims: ['age_over_18'] }),
  },
];

/** The verification of one provider. */
export function verificationOf(provider: string): (typeof VERIFICATIONS)[number] {
  return VERIFICATIONS.find(each => each.provider === provider)!;
}
