import { Inject, Injectable } from '@nestjs/common';
import type { Rejection } from '../../contract/answer.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import { OtpProvider } from '../otp/otp.provider.js';
import type { OtpRequest } from '../otp/otp.types.js';
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

  constructor(@Inject(EngageLabOtpOptions) protected override readonly options: EngageLabOtpOptions) {
    super(options);
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://otp.api.engagelab.cc', http: this.options.http };
  }

  protected headers({ devKey, devSecret }: { devKey: string; devSecret: string }) {
    return otpHeaders(devKey, devSecret);
  }

  protected messageRequest(message: EngageLabOtpMessage): OtpRequest {
    return messageRequest(message);
  }

  protected readMessage(reply: ProviderReply) {
    return readMessage(reply);
  }

  protected verificationRequest(messageId: string, verifyCode: string): OtpRequest {
    return verificationRequest(messageId, verifyCode);
  }

  protected readVerification(reply: ProviderReply, messageId: string, verifyCode: string): true | Rejection {
    return readVerification(reply, messageId, verifyCode);
  }
}
