import { Body, Controller, Param, ParseIntPipe, Post, UseGuards } from '@nestjs/common';
import { IsEmail } from 'class-validator';
import {
  CheckifyService,
  RequireVerification,
  Verified,
  VerificationGuard,
  type CheckifyVerdict,
  type HumanProofVerdict,
} from 'nestjs-verification';

export class OrderDto {
  @IsEmail() email!: string;
}

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

  @Post('orders/:id')
  @RequireVerification('humanproof')
  order(@Param('id', ParseIntPipe) id: number, @Body() { email }: OrderDto): object {
    return { id, email };
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
