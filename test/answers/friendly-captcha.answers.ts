/** The answers of Friendly Captcha, as its documents describe them. */
export const FRIENDLY_CAPTCHA = {
  verify: '/api/v2/captcha/siteverify',
  yes: (origin: unknown = 'https://shop.example') => ({
    success: true,
    data: {
      event_id: 'ev_CkK-YXwlFf-15_f',
      challenge: { timestamp: new Date().toISOString(), origin },
      risk_intelligence: null,
    },
  }),
  no: (error_code: string) => ({ success: false, error: { error_code, detail: 'canary-text' } }),
};
