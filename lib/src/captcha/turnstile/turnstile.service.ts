import { Inject, Injectable } from '@nestjs/common';
import { DeclaredEvidence, inBody, type Requirement } from '../../provider/index.js';
import type { CaptchaEvidence } from '../captcha.types.js';
import { expectAction } from '../expectations.js';
import { SiteverifyProvider, type SiteverifyCheck } from '../siteverify.provider.js';
import { TurnstileOptions } from './turnstile.options.js';
import { ACTION, TOKEN_LENGTH, TURNSTILE_API } from './turnstile.wire.js';

/** The members that a route can demand of Turnstile. */
export interface TurnstileRequirement extends Requirement<'human_verified'> {
  /** The `data-action` of the widget: a token of another action is refused. @default any */
  readonly action?: string | undefined;
}

/** Cloudflare Turnstile. */
@Injectable()
export class TurnstileService extends SiteverifyProvider<TurnstileRequirement> {
  static readonly Options = TurnstileOptions;
  readonly name = 'turnstile';
  readonly evidence = new DeclaredEvidence<CaptchaEvidence>(
    { token: { fields: inBody('cf-turnstile-response'), maxLength: TOKEN_LENGTH } },
    [['token']],
  );
  override readonly requirementMembers = ['action'];
  protected readonly api = TURNSTILE_API;

  constructor(@Inject(TurnstileOptions) protected readonly options: TurnstileOptions) {
    super();
  }

  describe({ claims, action }: TurnstileRequirement): SiteverifyCheck {
    expectAction(this.name, action, ACTION, '1 to 32 letters, digits, "_" or "-"');
    return this.checkOf(claims, { action });
  }
}

declare module '../../providers/provider-types.js' {
  interface CustomVerificationProviders {
    turnstile: typeof TurnstileService;
  }
}
