import { Inject, Injectable } from '@nestjs/common';
import { OtpProvider } from '../otp/otp.provider.js';
import { EngageLabOtpOptions } from './engagelab.options.js';
import type { EngageLabOtpChallenge, EngageLabOtpMessage } from './engagelab.types.js';
import {
  messageRequest,
  otpHeaders,
  readMessage,
  readVerification,
  verificationRequest,
} from './engagelab.wire.js';

/** EngageLab OTP: a person types a code that was sent to a phone or an e-mail address. */
@Injectable()
export class EngageLabOtpService extends OtpProvider<EngageLabOtpMessage, EngageLabOtpChallenge['channel']> {
  static readonly Options = EngageLabOtpOptions;
  readonly name = 'engagelab';
  protected override readonly messageMembers = ['templateId', 'language', 'params'];
  protected override readonly takesOwnCodes = true;
  protected readonly headers = otpHeaders;
  protected readonly messageRequest = messageRequest;
  protected readonly readMessage = readMessage;
  protected readonly verificationRequest = verificationRequest;
  protected readonly readVerification = readVerification;

  constructor(@Inject(EngageLabOtpOptions) protected override readonly options: EngageLabOtpOptions) {
    super(options);
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://otp.api.engagelab.cc', http: this.options.http };
  }
}
