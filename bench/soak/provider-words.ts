export const PROVIDERS = ['checkify', 'engagelab', 'humanproof', 'verifyid'] as const;
export type SoakProvider = (typeof PROVIDERS)[number];

interface Words {
  readonly yes: (proof: string) => object;
  readonly no: (proof: string) => [status: number, body: object];
}

/** What EngageLab says to the order to send a code of our own. */
export const SENDING: Words = {
  yes: proof => ({ message_id: proof, send_channel: 'sms' }),
  no: () => [400, { code: 5012, message: 'unreachable' }],
};

/** Each provider's *yes* and *no* to a proof, in its own words. */
export const WORDS: Record<SoakProvider, Words> = {
  checkify: {
    yes: proof => ({
      success: true,
      status: 'completed',
      request_id: proof,
      approved_claims: { human_verified: true },
    }),
    no: () => [400, { success: false, error: { code: 'verification_failed', details: { reason: 'no' } } }],
  },
  engagelab: {
    yes: proof => ({ message_id: proof, verify_code: '123456', verified: true }),
    no: proof => [200, { message_id: proof, verify_code: '123456', verified: false }],
  },
  humanproof: { yes: () => ({ success: true }), no: () => [200, { success: false }] },
  verifyid: { yes: () => ({ age: 18 }), no: () => [404, { age: null }] },
};
