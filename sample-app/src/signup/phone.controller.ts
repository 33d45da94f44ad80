import { Body, Controller, Inject, Post, UseFilters, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationErrorFilter,
  VerificationGuard,
  Verified,
  type EngageLabOtpVerdict,
} from 'nestjs-verification';
import { PhoneDto } from './phone.dto.js';

/** Binds a phone to an account. Put a rate limit before the first route of your own: each code costs money. */
@Controller('signup/phone')
@UseFilters(VerificationErrorFilter)
export class PhoneController {
  constructor(@Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService) {}

  @Post()
  async send(@Body() { phone }: PhoneDto): Promise<object> {
    const { challengeId, channel, expiresAt } = await this.otp.send({
      to: phone,
      templateId: 'sandbox-otp',
      purpose: 'signup',
    });
    return { challenge_id: challengeId, channel, expires_at: expiresAt };
  }

  @Post('verify')
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab', { purpose: 'signup' })
  verify(@Verified('engagelab') { recipient }: EngageLabOtpVerdict): object {
    return { ok: true, phone: recipient }; // who received the code, whatever the form says
  }
}
