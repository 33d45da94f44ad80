import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  CheckifyService,
  RequireVerification,
  Verified,
  VerificationGuard,
  type CheckifyVerdict,
  type HumanProofVerdict,
} from 'nestjs-verification';

@Controller()
@UseGuards(VerificationGuard)
export class CheckoutController {
  // Injected by the metadata that the application's compiler emits: the class must be the one that the module provides.
  constructor(private readonly checkify: CheckifyService) {}

  @Post('checkout')
  @RequireVerification('checkify', { claims: ['age_over_18'] })
  pay(@Verified() verified: CheckifyVerdict): object {
    return { service: this.checkify.name, requestId: verified.requestId, claims: verified.claims };
  }

  @Post('comments')
  @RequireVerification('humanproof')
  comment(@Verified('humanproof') verified: HumanProofVerdict): object {
    return { claims: verified.claims };
  }
}

/** What must not compile: an application's own type check says so if it ever does. */
export const mistakes = [
  // @ts-expect-error HumanProof says nothing about age
  (): unknown => RequireVerification('humanproof', { claims: ['age_over_18'] }),
  // @ts-expect-error there is no such provider
  (): unknown => RequireVerification('humanprof'),
];
