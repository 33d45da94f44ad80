// One line per API: the sandbox emulates what this file exports, each below the path of its name.
export { checkify } from './checkify/checkify.manifest.js';
export { engagelab } from './engagelab/engagelab.manifest.js';
export { friendlyCaptcha } from './friendly-captcha/friendly-captcha.manifest.js';
export { hcaptcha } from './hcaptcha/hcaptcha.manifest.js';
export { humanproof } from './humanproof/humanproof.manifest.js';
export { recaptcha } from './recaptcha/recaptcha.manifest.js';
export { turnstile } from './turnstile/turnstile.manifest.js';
export { verifyid } from './verifyid/verifyid.manifest.js';
