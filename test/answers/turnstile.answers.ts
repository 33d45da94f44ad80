/** The answers of Turnstile, as its documents describe them. */
export const TURNSTILE = {
  verify: '/turnstile/v0/siteverify',
  yes: (more: object = {}) => ({
    success: true,
    'error-codes': [],
    challenge_ts: new Date().toISOString(),
    hostname: 'shop.example',
    action: 'signup',
    cdata: '',
    metadata: { ephemeral_id: 'x:9f78' },
    ...more,
  }),
  no: (...codes: readonly string[]) => ({ success: false, 'error-codes': codes }),
};
