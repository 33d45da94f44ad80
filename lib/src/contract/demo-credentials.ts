/**
 * The only credentials the sandbox accepts. They are public, so that the module can refuse them
 * when `NODE_ENV` is `production`.
 */
export const DEMO_CREDENTIALS = {
  checkify: { apiKey: 'csk_sandbox_demo', passId: 'chk_sandbox_demo_pass' },
  engagelab: { devKey: 'sandbox_demo_key', devSecret: 'sandbox_demo_secret', templateId: 'sandbox-otp' },
  humanproof: {
    secret: 'hp_sandbox_demo_secret',
    siteKey: 'hp_sandbox_demo_site',
    otherSecret: 'hp_sandbox_other_secret',
    otherSiteKey: 'hp_sandbox_other_site',
  },
  verifyid: { pluginKey: 'verifyid_sandbox_demo' },
  turnstile: { secretKey: 'turnstile_sandbox_demo_secret', siteKey: 'turnstile_sandbox_demo_site' },
  hcaptcha: { secretKey: 'hcaptcha_sandbox_demo_secret', siteKey: 'hcaptcha_sandbox_demo_site' },
  recaptcha: { secretKey: 'recaptcha_sandbox_demo_secret', siteKey: 'recaptcha_sandbox_demo_site' },
  'friendly-captcha': { apiKey: 'frc_sandbox_demo_key', siteKey: 'frc_sandbox_demo_site' },
} as const;

/** The values of all demo credentials. */
export const DEMO_VALUES: readonly unknown[] = Object.values(DEMO_CREDENTIALS).flatMap(each =>
  Object.values(each),
);
