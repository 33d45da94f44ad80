import { Body, Controller, Inject, Post, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  Verified,
  type EngageLabOtpVerdict,
} from 'nestjs-verification';
import { PhoneDto } from './phone.dto.js';

/** Binds a phone to an account. A phone gets three codes in ten minutes, whoever asks for them. */
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
    return { ok: true, phone: recipient }; // who received the code, whatever the form says
  }
}
