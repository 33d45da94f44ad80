// Compiled by `npm run typecheck`: captchas by their names. Never run.
import {
  RequireAnyVerification,
  RequireVerification,
  Verified,
  VerificationModule,
  type AcceptedVerdictOf,
  type ClaimOf,
  type EvidenceOf,
} from 'nestjs-verification';
import {
  FriendlyCaptchaService,
  HCaptchaService,
  RecaptchaService,
  TurnstileService,
} from 'nestjs-verification/captcha';
import type { CaptchaVerdict } from 'nestjs-verification/captcha';

export const verification = VerificationModule.forRoot({
  customProviders: [TurnstileService, HCaptchaService, RecaptchaService, FriendlyCaptchaService],
  providers: {
    turnstile: { hostnames: ['shop.example'], remoteIp: context => context.getClass().name },
    hcaptcha: { secretKey: 's', maxRiskScore: 0.7 },
    recaptcha: { minScore: 0.7 },
    'friendly-captcha': { apiKey: 'k', sitekey: 'FC' },
  },
});

// @ts-expect-error -- scores have another name and direction there
VerificationModule.forRoot({ providers: { hcaptcha: { minScore: 0.5 } } });

// @ts-expect-error -- Friendly Captcha has a key, and takes no address
VerificationModule.forRoot({ providers: { 'friendly-captcha': { secretKey: 's', remoteIp: () => '' } } });

export class Contact {
  @RequireVerification('turnstile', {
    action: 'contact',
    field: 'my-token',
    remember: { for: '5m', subject: () => 's' },
  })
  @RequireVerification('recaptcha', { action: 'contact', minScore: 0.7, when: () => true })
  @RequireVerification('hcaptcha', { maxRiskScore: 0.5 })
  @RequireVerification('friendly-captcha')
  @RequireAnyVerification(['turnstile'], ['checkify'], ['friendly-captcha'])
  contact(@Verified('turnstile') verified: CaptchaVerdict | undefined): string {
    return `${verified?.hostname ?? ''}${verified?.challengedAt?.toISOString() ?? ''}`;
  }

  // @ts-expect-error -- no captcha knows ages
  @RequireVerification('turnstile', { claims: ['age_over_18'] })
  wrongClaim(): void {}

  // @ts-expect-error -- hCaptcha has no actions
  @RequireVerification('hcaptcha', { action: 'contact' })
  wrongAction(): void {}

  // @ts-expect-error -- Turnstile has no scores
  @RequireVerification('turnstile', { minScore: 0.5 })
  wrongScore(): void {}
}

export const claim: ClaimOf<'friendly-captcha'> = 'human_verified';
export const evidence: EvidenceOf<'recaptcha'> = { token: 't' };
export const score = ({ score: value }: AcceptedVerdictOf<'hcaptcha'>): number | undefined => value;
