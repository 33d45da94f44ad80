export const PROVIDERS = ['checkify', 'engagelab', 'humanproof', 'verifyid'] as const;
export type SoakProvider = (typeof PROVIDERS)[number];

/** Each provider's *yes* and *no* to a proof, in its own words. */
export const WORDS: Record<
  SoakProvider,
  { yes: (proof: string) => object; no: (proof: string) => [number, object] }
> = {
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
