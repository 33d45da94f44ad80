import { Body, Controller, Inject, Post, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  Verified,
  type EngageLabOtpVerdict,
} from 'nestjs-verification';
import { PhoneDto } from './phone.dto.js';

/** Confirms the owner of a phone. All visitors together can send three codes to a phone in ten minutes. */
@Controller('signup/phone')
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
    return { ok: true, phone: recipient }; // the phone that received the code, not one from the form
  }
}
