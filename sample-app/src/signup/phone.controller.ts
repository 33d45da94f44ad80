import { Body, Controller, Inject, Post, Req, UseGuards, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import {
  EngageLabOtpService,
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationService,
  Verified,
  type EngageLabOtpVerdict,
} from 'nestjs-verification';
import { withCountryCode } from './country-code.js';
import { PhoneDto } from './phone.dto.js';
import { REMEMBERED_HUMAN, SIGN_UP } from './remembered-human.js';

/**
 * Confirms the owner of a phone. Codes cost money, so only a human gets one: the human of the first step, or one with a
 * proof in this form.
 */
@Controller('signup/phone')
@UseGuards(VerificationGuard)
export class PhoneController {
  constructor(
    @Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService,
    @Inject(VerificationService) private readonly verification: VerificationService,
  ) {}

  @Post()
  @RequireAnyVerification(
    ['checkify', { body: PhoneDto, remember: REMEMBERED_HUMAN }],
    ['humanproof', { body: PhoneDto, remember: REMEMBERED_HUMAN }],
  )
  async send(@Body() to: PhoneDto, @Req() request: Request): Promise<object> {
    SIGN_UP.admit(request);
    const recipient = withCountryCode(to);
    const { challengeId, channel, expiresAt } = await this.otp.send({
      to: recipient,
      templateId: 'sandbox-otp',
      purpose: 'signup',
      requester: SIGN_UP.idIn(request), // has a code and a limit of its own
    });
    return { challenge_id: challengeId, phone: recipient, channel, expires_at: expiresAt };
  }

  @Post('verify')
  @RequireVerification('engagelab', { purpose: 'signup', recipient: phoneOf })
  async verify(
    @Verified('engagelab') { recipient }: EngageLabOtpVerdict,
    @Req() request: Request,
  ): Promise<object> {
    const human = SIGN_UP.leave(request);
    if (human !== undefined) await this.verification.forget(human); // the next sign-up needs a new proof
    return { ok: true, phone: recipient }; // the phone that received the code, not what the form says
  }
}

/** The phone for which the account is made. A code of another phone is refused. */
function phoneOf(context: ExecutionContext): string | undefined {
  const { phone, country } = context.switchToHttp().getRequest<{ body: Record<string, unknown> }>().body;
  if (typeof phone !== 'string') return undefined;
  return withCountryCode({ phone, ...(typeof country === 'string' ? { country } : {}) });
}
