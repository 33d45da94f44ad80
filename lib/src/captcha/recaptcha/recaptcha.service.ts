import { Inject, Injectable } from '@nestjs/common';
import {
  DeclaredEvidence,
  inBody,
  type Answer,
  type ExtrasOf,
  type ProviderReply,
  type Requirement,
} from '../../provider/index.js';
import type { CaptchaEvidence, CaptchaVerdict } from '../captcha.types.js';
import { expectAction, expectScore, mergedAction, mergedScore } from '../expectations.js';
import { SiteverifyProvider, type SiteverifyCheck } from '../siteverify.provider.js';
import { RecaptchaOptions } from './recaptcha.options.js';
import { ACTION, DEFAULT_MIN_SCORE, RECAPTCHA_API } from './recaptcha.wire.js';

/** The members that a route can demand of reCAPTCHA; both need a v3 key. */
export interface RecaptchaRequirement extends Requirement<'human_verified'> {
  /** The action that the page executed: a token of another action is refused. @default any */
  readonly action?: string | undefined;
  /** The least score that passes, from 0 to 1. @default `minScore` of the options */
  readonly minScore?: number | undefined;
}

/** Google reCAPTCHA, v2 and v3: a reply with a score is always held against one. */
@Injectable()
export class RecaptchaService extends SiteverifyProvider<RecaptchaRequirement> {
  static readonly Options = RecaptchaOptions;
  readonly name = 'recaptcha';
  readonly evidence = new DeclaredEvidence<CaptchaEvidence>(
    { token: { fields: inBody('g-recaptcha-response') } },
    [['token']],
  );
  override readonly requirementMembers = ['action', 'minScore'];
  protected readonly api = RECAPTCHA_API;

  constructor(@Inject(RecaptchaOptions) protected readonly options: RecaptchaOptions) {
    super();
  }

  describe({ claims, action, minScore }: RecaptchaRequirement): SiteverifyCheck {
    expectAction(this.name, action, ACTION, '1 to 100 letters, digits, "_" or "/"');
    expectScore(this.name, 'minScore', minScore);
    return this.checkOf(claims, { action, minScore: minScore ?? this.options.minScore });
  }

  override merge(first: RecaptchaRequirement, second: RecaptchaRequirement): RecaptchaRequirement {
    const otherwise = this.options.minScore ?? DEFAULT_MIN_SCORE;
    return {
      action: mergedAction(this.name, first.action, second.action),
      minScore: mergedScore(first.minScore, second.minScore, otherwise, Math.max),
    };
  }

  /** Holds every score against one, and demands none that nobody named: v2 has none. */
  protected override read(reply: ProviderReply, check: SiteverifyCheck): Answer<ExtrasOf<CaptchaVerdict>> {
    const { minScore } = check.expected;
    const hasScore = reply.body !== undefined && Object.hasOwn(reply.body, 'score');
    const least = minScore ?? (hasScore ? DEFAULT_MIN_SCORE : undefined);
    return super.read(reply, { ...check, expected: { ...check.expected, minScore: least } });
  }
}

declare module '../../providers/provider-types.js' {
  interface CustomVerificationProviders {
    recaptcha: typeof RecaptchaService;
  }
}
