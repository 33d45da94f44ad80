import { Controller, Post, UseGuards } from '@nestjs/common';
import { RequireVerification, VerificationGuard, Verified, type CheckifyVerdict } from 'nestjs-verification';

/** Sells to adults. The proof is used up by the purchase; the next one needs a new one. */
@Controller('checkout')
@UseGuards(VerificationGuard)
export class CheckoutController {
  @Post()
  @RequireVerification('checkify', { claims: ['age_over_18'], consume: true })
  pay(@Verified('checkify') { claims }: CheckifyVerdict): object {
    return { paid: true, claims };
  }
}
