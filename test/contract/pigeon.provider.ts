import { Inject, Injectable } from '@nestjs/common';
import { RecipientLimitedError, RecipientRejectedError } from 'nestjs-verification';
import { IsCredential, OtpOptions, OtpProvider, type OtpMessage } from 'nestjs-verification/provider';
import { member, reject, stringMember, type OtpRequest } from 'nestjs-verification/provider';
import type { ProviderReply, Rejection } from 'nestjs-verification/provider';

/** The key, beside the options of every provider that sends codes. */
export class PigeonOptions extends OtpOptions {
  static readonly provider = 'pigeon';
  static readonly environment = { key: ['PIGEON_KEY'], baseUrl: ['PIGEON_BASE_URL'] };
  @IsCredential() key!: string;
}

@Injectable()
export class PigeonService extends OtpProvider {
  static readonly Options = PigeonOptions;
  readonly name = 'pigeon';

  constructor(@Inject(PigeonOptions) protected override readonly options: PigeonOptions) {
    super(options);
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://api.pigeon.example', http: this.options.http };
  }

  protected headers({ key }: { key: string }): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  }

  protected messageRequest({ to }: OtpMessage): OtpRequest {
    return { path: '/codes', body: { to, text: 'Your code: {code}' } };
  }

  protected readMessage(reply: ProviderReply): { messageId: string; channel: string } {
    const body = reply.body ?? {};
    const messageId = stringMember(body, 'id');
    if (reply.status === 201 && messageId !== undefined)
      return { messageId, channel: stringMember(body, 'channel') ?? 'unknown' };
    const reason = member(body, 'reason');
    if (reason === 'too_soon') throw new RecipientLimitedError(this.name, 'Pigeon asks us to wait');
    if (reason === 'unreachable') throw new RecipientRejectedError(this.name, 'Pigeon reaches nobody there');
    throw this.protocolError(reply, 'names no message');
  }

  protected verificationRequest(id: string, code: string): OtpRequest {
    return { path: '/codes/check', body: { id, code } };
  }

  protected readVerification(reply: ProviderReply, sentId: string): true | Rejection {
    const body = reply.body ?? {};
    if (member(body, 'reason') === 'expired') return reject('expired');
    const isCorrect = member(body, 'id') === sentId ? member(body, 'correct') : undefined;
    if (isCorrect === true) return true;
    if (isCorrect === false) return reject('wrong_code');
    throw this.protocolError(reply, 'says neither right nor wrong');
  }
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    pigeon: typeof PigeonService;
  }
}
