/** What HumanProof's documents say that it answers. */
export const HUMANPROOF = {
  verify: '/api/siteverify',
  yes: { success: true },
  no: (error: unknown = 'Token not found') => ({ success: false, error }),
};
