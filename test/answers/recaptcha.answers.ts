/** The answers of reCAPTCHA, as its documents describe them. */
export const RECAPTCHA = {
  verify: '/recaptcha/api/siteverify',
  v2: (more: object = {}) => ({
    success: true,
    challenge_ts: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    hostname: 'shop.example',
    ...more,
  }),
  v3: (more: object = {}) => RECAPTCHA.v2({ score: 0.9, action: 'signup', ...more }),
  no: (...codes: readonly string[]) => ({ success: false, 'error-codes': codes }),
};
