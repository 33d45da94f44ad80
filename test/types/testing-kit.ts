// Compiled by `npm run typecheck`: a fake says what its provider could. Never run.
import type { CheckifyEvidence } from 'nestjs-verification';
import type { CaptchaVerdict } from 'nestjs-verification/captcha';
import { VerificationTestingModule, type VerificationFakes } from 'nestjs-verification/testing';

export const observed = VerificationTestingModule.forRoot({ enforcement: 'observe', scope: () => 'north' });

export function say(verification: VerificationFakes): void {
  const { checkify, engagelab, humanproof, verifyid } = verification;
  checkify.accept().acceptOnce(['human_verified', 'age_over_110'], { approvedFields: ['country'] });
  checkify.reject().rejectOnce('replayed').unavailable({ retryAfterMs: 1 }).rateLimited().refused();
  engagelab.accept(['phone_verified'], { recipient: '+4512345678' }).reject('wrong_code');
  humanproof.accept();
  verifyid.accept(['age_over_18'], { age: 18 });
  verification.of('checkify').accept(['age_over_18']).started.at(0);
  checkify.asked.at(0)?.evidence satisfies CheckifyEvidence | undefined;
  humanproof.asked.at(0)?.claims satisfies readonly 'human_verified'[] | undefined;
  checkify.asked.at(0)?.tenant satisfies string | undefined;
  checkify.started.at(0)?.subject satisfies string | undefined;
  verifyid.started.at(0)?.subject satisfies string | undefined;
  engagelab.sent.at(0)?.challengeId satisfies string | undefined;
  const turnstile = verification.of('turnstile').accept(['human_verified'], { action: 'signup' });
  turnstile.asked.at(0)?.claims satisfies CaptchaVerdict['claims'] | undefined;
  engagelab.codeFor(engagelab.sent.at(0)?.to ?? '') satisfies string;

  // @ts-expect-error -- a claim of another provider
  humanproof.accept(['age_over_18']);
  // @ts-expect-error -- an age that it does not attest
  checkify.accept(['age_over_9']);
  // @ts-expect-error -- there is no default
  verifyid.accept();
  // @ts-expect-error -- an age that no login shows
  verifyid.accept(['age_over_18'], { age: 21 });
  // @ts-expect-error -- what no verdict of it has
  humanproof.accept(['human_verified'], { recipient: '+4512345678' });
  // @ts-expect-error -- a reason of another provider
  humanproof.reject('wrong_code');
  // @ts-expect-error -- what no verdict of it has
  turnstile.accept(['human_verified'], { age: 18 });
  // @ts-expect-error -- there is no such provider
  verification.of('acmee');
}
