import { Inject, Injectable } from '@nestjs/common';
import {
  DeclaredEvidence,
  HttpProvider,
  inBody,
  type Answer,
  type Check,
  type ExtrasOf,
  type ProviderReply,
  type Requirement,
  type WireRequest,
} from '../../provider/index.js';
import type { CaptchaEvidence, CaptchaVerdict } from '../captcha.types.js';
import { humanClaims } from '../expectations.js';
import { FriendlyCaptchaOptions } from './friendly-captcha.options.js';
import { BASE_URL, readSiteverify, siteverifyRequest, TOKEN, TOKEN_LENGTH } from './friendly-captcha.wire.js';

/** Friendly Captcha v2; where it cannot be asked, nobody passes. */
@Injectable()
export class FriendlyCaptchaService extends HttpProvider<
  CaptchaEvidence,
  Requirement<'human_verified'>,
  CaptchaVerdict
> {
  static readonly Options = FriendlyCaptchaOptions;
  readonly name = 'friendly-captcha';
  readonly evidence = new DeclaredEvidence<CaptchaEvidence>(
    { token: { fields: inBody('frc-captcha-response'), maxLength: TOKEN_LENGTH, alphabet: TOKEN } },
    [['token']],
  );

  constructor(@Inject(FriendlyCaptchaOptions) private readonly options: FriendlyCaptchaOptions) {
    super();
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? BASE_URL, http: this.options.http };
  }

  describe({ claims }: Requirement<'human_verified'>): Check {
    this.expectCredentials();
    return { claims: humanClaims(this.name, claims) };
  }

  protected request(_: Check, { token }: CaptchaEvidence, { apiKey }: { apiKey: string }): WireRequest {
    return siteverifyRequest(apiKey, this.options.sitekey, token);
  }

  protected read(reply: ProviderReply): Answer<ExtrasOf<CaptchaVerdict>> {
    return readSiteverify(reply, this.options);
  }
}

declare module '../../providers/provider-types.js' {
  interface CustomVerificationProviders {
    'friendly-captcha': typeof FriendlyCaptchaService;
  }
}
