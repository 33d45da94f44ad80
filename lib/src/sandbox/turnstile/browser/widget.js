import { standIn } from '/widget/captcha.js';

const { reset, getResponse } = standIn(
  import.meta.url,
  'cf-turnstile',
  ({ responseFieldName = 'cf-turnstile-response' }) => responseFieldName,
);

/** The stand-in for Turnstile's script. */
Object.assign(globalThis, { turnstile: { reset, getResponse } });
