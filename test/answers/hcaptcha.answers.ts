/** The answers of hCaptcha, as its documents describe them; the score is Enterprise's. */
export const HCAPTCHA = {
  verify: '/siteverify',
  yes: (more: object = {}) => ({
    success: true,
    challenge_ts: new Date().toISOString().replace('Z', '000Z'), // microseconds
    hostname: 'shop.example',
    credit: false,
    ...more,
  }),
  no: (...codes: readonly string[]) => ({ success: false, 'error-codes': codes }),
};
