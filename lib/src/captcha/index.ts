// The export `nestjs-verification/captcha`: captchas, made of nothing but `nestjs-verification/provider`.
export { TurnstileService, type TurnstileRequirement } from './turnstile/turnstile.service.js';
export { HCaptchaService, type HCaptchaRequirement } from './hcaptcha/hcaptcha.service.js';
export { RecaptchaService, type RecaptchaRequirement } from './recaptcha/recaptcha.service.js';
export { FriendlyCaptchaService } from './friendly-captcha/friendly-captcha.service.js';
export type { CaptchaEvidence, CaptchaVerdict } from './captcha.types.js';
