import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  RequireVerification,
  Verified,
  VerificationGuard,
  type AcceptedVerdictOf,
} from 'nestjs-verification';

@Controller()
@UseGuards(VerificationGuard)
export class SignupController {
  @Post('signup')
  @RequireVerification('turnstile', { action: 'signup' })
  signUp(@Verified('turnstile') { hostname, action }: AcceptedVerdictOf<'turnstile'>): object {
    return { hostname, action };
  }
}

/** What must not compile: the name and the options come with `nestjs-verification/captcha`. */
export const mistakes = [
  // @ts-expect-error Turnstile has no score
  (): unknown => RequireVerification('turnstile', { minScore: 0.5 }),
];
