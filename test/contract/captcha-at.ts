import type { VerificationModuleOptions } from 'nestjs-verification';
import {
  FriendlyCaptchaService,
  HCaptchaService,
  RecaptchaService,
  TurnstileService,
} from 'nestjs-verification/captcha';

type Options = Pick<VerificationModuleOptions, 'providers' | 'customProviders'>;

/** The secret key, and the hosts of the pages. */
export const SECRET_KEY = 'canary-secret';
const common = { secretKey: SECRET_KEY, hostnames: ['shop.example'] };

export const turnstileAt = (baseUrl: string, more: object = {}): Options => ({
  customProviders: [TurnstileService],
  providers: { turnstile: { ...common, baseUrl, ...more } },
});

export const hcaptchaAt = (baseUrl: string, more: object = {}): Options => ({
  customProviders: [HCaptchaService],
  providers: { hcaptcha: { ...common, baseUrl, ...more } },
});

export const recaptchaAt = (baseUrl: string, more: object = {}): Options => ({
  customProviders: [RecaptchaService],
  providers: { recaptcha: { ...common, baseUrl, ...more } },
});

export const friendlyCaptchaAt = (baseUrl: string, more: object = {}): Options => ({
  customProviders: [FriendlyCaptchaService],
  providers: {
    'friendly-captcha': { apiKey: SECRET_KEY, hostnames: ['shop.example'], baseUrl, ...more },
  },
});
