import { Inject, Injectable } from '@nestjs/common';
import { attest, reject, type Answer } from '../../contract/answer.js';
import { ConfigurationError, RecipientRejectedError } from '../../errors/verification.error.js';
import { CallRecord } from '../../events/call-record.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import { State } from '../../store/state.js';
import { demandedClaims } from '../claims.js';
import { DeclaredEvidence, inBody } from '../declared-evidence.js';
import { HttpProvider } from '../http.provider.js';
import { credential } from '../provider.options.js';
import { bound, expectBound } from './binding.js';
import { CHALLENGE_TTL_MS, ChallengeLedger, isFor } from './engagelab.challenge.js';
import { EngageLabOtpOptions } from './engagelab.options.js';
import type {
  EngageLabOtpChallenge,
  EngageLabOtpCheck,
  EngageLabOtpEvidence,
  EngageLabOtpExtras,
  EngageLabOtpMessage,
  EngageLabOtpRequirement,
  EngageLabOtpVerdict,
} from './engagelab.types.js';
import {
  isVerifyCode,
  mayHaveBeenSent,
  messageRequest,
  otpHeaders,
  readMessage,
  readVerification,
  verifyRequest,
} from './engagelab.wire.js';
import { addressOf, expectSendable } from './recipient.js';
import { SendLimit } from './send-limit.js';

/** No challenge is for nobody. */
const NOBODY = '';

/** EngageLab OTP: a person types a code that was sent to a phone or an e-mail address. */
@Injectable()
export class EngageLabOtpService extends HttpProvider<
  EngageLabOtpEvidence,
  EngageLabOtpRequirement,
  EngageLabOtpVerdict,
  EngageLabOtpCheck
> {
  static readonly Options = EngageLabOtpOptions;
  readonly name = 'engagelab';
  readonly evidence = new DeclaredEvidence<EngageLabOtpEvidence>(
    {
      challengeId: { fields: inBody('challenge_id') },
      // People type codes in many ways; what can be none is a wrong code.
      verifyCode: { fields: inBody('verify_code'), alphabet: /^[^\p{Cc}\p{Cs}]+$/u, maxLength: 256 },
      messageId: {},
    },
    [
      ['challengeId', 'verifyCode'],
      ['messageId', 'verifyCode'],
    ],
  );
  override readonly requirementMembers = ['purpose', 'recipient'];
  override readonly perRequest = ['recipient'] as const;

  private readonly challenges: ChallengeLedger;
  private readonly limit: SendLimit;

  constructor(
    @Inject(EngageLabOtpOptions) private readonly options: EngageLabOtpOptions,
    @Inject(State) everybodys: State,
  ) {
    super();
    const state = everybodys.for(this.name);
    this.challenges = new ChallengeLedger(state, message => {
      this.outcomes.warn('verification.unreadable_state', message, { provider: this.name });
    });
    this.limit = new SendLimit(state, options.sendLimit);
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://otp.api.engagelab.cc', http: this.options.http };
  }

  /**
   * Sends a code (`POST /v1/messages`) and remembers for whom; the message id stays here.
   * @throws RecipientRejectedError when no code can be sent to this recipient, or too many wrong ones came back.
   * @throws RecipientLimitedError when the recipient was sent enough codes lately; `sendLimit` of the options.
   * @throws ProviderRateLimitedError when this recipient was sent a code a moment ago.
   */
  async send(message: EngageLabOtpMessage): Promise<EngageLabOtpChallenge> {
    const headers = this.headers();
    const { to, purpose } = expectSendable(message);
    if (!(await this.challenges.mayReceive(to))) {
      throw new RecipientRejectedError(this.name, 'too many wrong codes came back from this recipient');
    }
    const counted = await this.limit.take(to);
    const expiresAt = new Date(Date.now() + CHALLENGE_TTL_MS);
    const record = new CallRecord(this.name);
    const { messageId, channel } = await this.call(
      messageRequest(headers, message),
      readMessage,
      record,
    ).catch(async (error: unknown) => {
      if (!record.ambiguous && !mayHaveBeenSent(error)) await counted.giveBack();
      throw error;
    });
    const challengeId = await this.challenges.open({ messageId, recipient: to, purpose });
    return { challengeId, channel, expiresAt };
  }

  override merge(first: EngageLabOtpRequirement, second: EngageLabOtpRequirement): EngageLabOtpRequirement {
    if (first.purpose !== undefined && second.purpose !== undefined && first.purpose !== second.purpose) {
      throw new ConfigurationError(
        'two demands on "engagelab" name different purposes; one code cannot serve both.',
        this.name,
      );
    }
    const [one, other] = [first.recipient, second.recipient];
    const differ = one !== undefined && other !== undefined && addressOf(one) !== addressOf(other);
    return bound({ purpose: first.purpose ?? second.purpose, recipient: differ ? NOBODY : (one ?? other) });
  }

  describe(requirement: EngageLabOtpRequirement): EngageLabOtpCheck {
    const { claims, purpose, recipient } = expectBound(requirement);
    const headers = this.headers();
    const demanded = demandedClaims(claims, {
      provider: this.name,
      defaults: ['phone_verified'],
      supports: claim => claim === 'phone_verified',
      hint: `Write claims: ['phone_verified'], or leave it out.`,
    });
    return { claims: demanded, purpose, recipient: recipient && addressOf(recipient), headers };
  }

  /** Counts the guess before it is made, asks EngageLab, and closes the challenge after a *yes*. */
  override async ask(
    check: EngageLabOtpCheck,
    evidence: EngageLabOtpEvidence,
    record: CallRecord,
  ): Promise<Answer<EngageLabOtpExtras>> {
    const challenge = await this.challenges.find(evidence);
    if (challenge === undefined) return reject('unknown_evidence');
    if (!(await this.challenges.mayGuess(challenge))) return reject('too_many_attempts');
    if (!isFor(challenge, check)) return reject('unknown_evidence');
    const { verifyCode } = evidence;
    if (!isVerifyCode(verifyCode)) return reject('malformed_evidence');
    const wrongCode = await this.challenges.takeWrongCode(challenge);
    if (wrongCode === undefined) return reject('too_many_attempts');

    let answer: Answer<EngageLabOtpExtras> | undefined;
    try {
      answer = await super.ask(check, { messageId: challenge.messageId, verifyCode }, record);
    } finally {
      if (answer?.outcome !== 'rejected' || answer.reason !== 'wrong_code') await wrongCode.giveBack();
    }
    if (answer.outcome === 'rejected') return answer;
    await this.challenges.close(evidence);
    return attest(answer.claims, { recipient: challenge.recipient });
  }

  /** A recipient that a request lacks matches nobody. */
  override perRequestValue(_: string, value: unknown): string {
    return typeof value === 'string' ? value : NOBODY;
  }

  override recall(_: readonly string[], { recipient }: EngageLabOtpRequirement): EngageLabOtpExtras {
    return { recipient };
  }

  protected request(
    { headers }: EngageLabOtpCheck,
    { messageId = '', verifyCode }: EngageLabOtpEvidence,
  ): WireRequest {
    return verifyRequest(headers, messageId, verifyCode);
  }

  protected read(
    reply: ProviderReply,
    _: EngageLabOtpCheck,
    { messageId = '', verifyCode }: EngageLabOtpEvidence,
  ): Answer<EngageLabOtpExtras> {
    const answer = readVerification(reply, messageId, verifyCode);
    return answer.outcome === 'attested' ? attest(answer.claims, { recipient: undefined }) : answer;
  }

  private headers(): Readonly<Record<string, string>> {
    const { devKey, devSecret } = this.options;
    return otpHeaders(
      credential(this.name, 'devKey', devKey, EngageLabOtpOptions),
      credential(this.name, 'devSecret', devSecret, EngageLabOtpOptions),
    );
  }
}
