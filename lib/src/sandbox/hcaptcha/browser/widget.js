import { standIn } from '/widget/captcha.js';

const { reset, getResponse } = standIn(import.meta.url, 'h-captcha', () => 'h-captcha-response');

/** The stand-in for hCaptcha's script. */
Object.assign(globalThis, { hcaptcha: { reset, getResponse } });
