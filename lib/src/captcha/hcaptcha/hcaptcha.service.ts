import { Inject, Injectable } from '@nestjs/common';
import { DeclaredEvidence, inBody, type Requirement } from '../../provider/index.js';
import type { CaptchaEvidence } from '../captcha.types.js';
import { expectScore, mergedScore } from '../expectations.js';
import { SiteverifyProvider, type SiteverifyCheck } from '../siteverify.provider.js';
import { HCaptchaOptions } from './hcaptcha.options.js';
import { HCAPTCHA_API } from './hcaptcha.wire.js';

/** The members that a route can demand of hCaptcha. */
export interface HCaptchaRequirement extends Requirement<'human_verified'> {
  /** The highest risk score that passes, from 0 to 1 (Enterprise). @default `maxRiskScore` of the options */
  readonly maxRiskScore?: number | undefined;
}

/** hCaptcha. */
@Injectable()
export class HCaptchaService extends SiteverifyProvider<HCaptchaRequirement> {
  static readonly Options = HCaptchaOptions;
  readonly name = 'hcaptcha';
  // Tokens of more than 4,000 characters are seen: no length of its own.
  readonly evidence = new DeclaredEvidence<CaptchaEvidence>(
    { token: { fields: inBody('h-captcha-response') } },
    [['token']],
  );
  override readonly requirementMembers = ['maxRiskScore'];
  protected readonly api = HCAPTCHA_API;

  constructor(@Inject(HCaptchaOptions) protected readonly options: HCaptchaOptions) {
    super();
  }

  describe({ claims, maxRiskScore }: HCaptchaRequirement): SiteverifyCheck {
    expectScore(this.name, 'maxRiskScore', maxRiskScore);
    const demanded = { maxRiskScore: maxRiskScore ?? this.options.maxRiskScore };
    return this.checkOf(claims, demanded);
  }

  override merge(first: HCaptchaRequirement, second: HCaptchaRequirement): HCaptchaRequirement {
    const otherwise = this.options.maxRiskScore ?? 1;
    return { maxRiskScore: mergedScore(first.maxRiskScore, second.maxRiskScore, otherwise, Math.min) };
  }
}

declare module '../../providers/provider-types.js' {
  interface CustomVerificationProviders {
    hcaptcha: typeof HCaptchaService;
  }
}
