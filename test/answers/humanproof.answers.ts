/** The answers of HumanProof, as its documents describe them. */
export const HUMANPROOF = {
  verify: '/api/siteverify',
  yes: { success: true },
  no: (error: unknown = 'Token not found') => ({ success: false, error }),
};
