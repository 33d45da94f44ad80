import { Inject, Injectable } from '@nestjs/common';
import { attest, refuse, type Answer } from '../../contract/answer.js';
import { evidenceField, type EvidenceSource } from '../../contract/evidence.js';
import {
  ConfigurationError,
  ProviderProtocolError,
  RecipientRejectedError,
} from '../../errors/verification.error.js';
import type { Inquiry } from '../../http/inquiry.js';
import type { ProviderReply } from '../../http/provider.reply.js';
import type { WireRequest } from '../../http/wire.request.js';
import { StateStore } from '../../store/state.store.js';
import { StoreDoor } from '../../store/store.door.js';
import { HttpVerificationProvider } from '../http-verification.provider.js';
import { credential } from '../provider.options.js';
import { demandedClaims } from '../question.js';
import { bound, expectBound } from './binding.js';
import { CHALLENGE_TTL_MS, ChallengeLedger, isFor } from './engagelab.challenge.js';
import { EngageLabOtpOptions } from './engagelab.options.js';
import type {
  EngageLabOtpChallenge,
  EngageLabOtpEvidence,
  EngageLabOtpExtras,
  EngageLabOtpMessage,
  EngageLabOtpQuestion,
  EngageLabOtpRequirement,
  EngageLabOtpVerdict,
} from './engagelab.question.js';
import { otpHeaders, isVerifyCode, messageBody, readMessage, readVerification } from './engagelab.wire.js';
import { addressOf, expectSendable } from './recipient.js';
import { SendLimit } from './send.limit.js';

/** No challenge is for nobody. */
const NOBODY = '';

/** EngageLab OTP: a person types a code that was sent to a phone or an e-mail address. */
@Injectable()
export class EngageLabOtpService extends HttpVerificationProvider<
  EngageLabOtpEvidence,
  EngageLabOtpRequirement,
  EngageLabOtpVerdict,
  EngageLabOtpQuestion
> {
  static readonly Options = EngageLabOtpOptions;
  readonly name = 'engagelab';
  override readonly evidenceFields = ['challenge_id', 'verify_code'];
  override readonly requirementMembers = ['purpose', 'recipient'];
  override readonly perRequest = ['recipient'] as const;
  protected readonly evidenceShapes = [
    ['challengeId', 'verifyCode'],
    ['messageId', 'verifyCode'],
  ] as const;

  private readonly challenges: ChallengeLedger;
  private readonly limit: SendLimit;

  constructor(
    @Inject(EngageLabOtpOptions) private readonly options: EngageLabOtpOptions,
    @Inject(StateStore) store: StateStore,
  ) {
    super();
    const door = new StoreDoor(store, () => this.client.timeoutMs, this.name);
    this.challenges = new ChallengeLedger(door, message => {
      this.outcomes.warn('verification.unreadable_state', message, { provider: this.name });
    });
    this.limit = new SendLimit(door, options.sendLimit);
  }

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? 'https://otp.api.engagelab.cc', http: this.options.http };
  }

  readEvidence({ body }: EvidenceSource): unknown {
    return {
      challengeId: evidenceField(body, 'challenge_id'),
      verifyCode: evidenceField(body, 'verify_code'),
    };
  }

  /**
   * Sends a code (`POST /v1/messages`) and remembers who was meant; the message id stays here.
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
    const path = `${this.client.basePath}/v1/messages`;
    const request = { method: 'POST', path, headers, body: messageBody(message), repeatable: false } as const;
    const counted = await this.limit.take(to);
    const expiresAt = new Date(Date.now() + CHALLENGE_TTL_MS);
    const inquiry: Inquiry = { attempts: 0, ambiguous: false };
    const { messageId, channel } = await this.call(request, readMessage, inquiry).catch(
      async (error: unknown) => {
        if (!inquiry.ambiguous && !mayHaveBeenSent(error)) await counted.giveBack();
        throw error;
      },
    );
    const challengeId = await this.challenges.open({ messageId, recipient: to, purpose });
    return { challengeId, channel, expiresAt };
  }

  override combine(first: EngageLabOtpRequirement, second: EngageLabOtpRequirement): EngageLabOtpRequirement {
    if (first.purpose !== undefined && second.purpose !== undefined && first.purpose !== second.purpose) {
      throw new ConfigurationError(
        'two demands on "engagelab" name different purposes; one code cannot serve both.',
        this.name,
      );
    }
    const [one, other] = [first.recipient, second.recipient];
    const differ = one !== undefined && other !== undefined && addressOf(one) !== addressOf(other);
    return {
      ...super.combine({ claims: first.claims }, { claims: second.claims }),
      ...bound({ purpose: first.purpose ?? second.purpose, recipient: differ ? NOBODY : (one ?? other) }),
    };
  }

  protected compile(requirement: EngageLabOtpRequirement): EngageLabOtpQuestion {
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

  protected override async inquire(
    evidence: EngageLabOtpEvidence,
    question: EngageLabOtpQuestion,
    inquiry: Inquiry,
  ): Promise<Answer<EngageLabOtpExtras>> {
    const challenge = await this.challenges.find(evidence);
    if (challenge === undefined) return refuse('unknown_evidence');
    if (!(await this.challenges.mayGuess(challenge))) return refuse('too_many_attempts');
    if (!isFor(challenge, question)) return refuse('unknown_evidence');
    const { verifyCode } = evidence;
    if (!isVerifyCode(verifyCode)) return refuse('malformed_evidence');
    const wrongCode = await this.challenges.takeWrongCode(challenge);
    if (wrongCode === undefined) return refuse('too_many_attempts');

    let answer: Answer<EngageLabOtpExtras> | undefined;
    try {
      answer = await super.inquire({ messageId: challenge.messageId, verifyCode }, question, inquiry);
    } finally {
      if (answer?.outcome !== 'refused' || answer.reason !== 'wrong_code') await wrongCode.giveBack();
    }
    if (answer.outcome === 'refused') return answer;
    await this.challenges.close(evidence);
    return attest(answer.claims, { recipient: challenge.recipient });
  }

  protected override recall(
    _: readonly string[],
    { recipient }: EngageLabOtpRequirement,
  ): EngageLabOtpExtras {
    return { recipient };
  }

  protected request(
    { messageId = '', verifyCode }: EngageLabOtpEvidence,
    { headers }: EngageLabOtpQuestion,
  ): WireRequest {
    return {
      method: 'POST',
      path: `${this.client.basePath}/v1/verifications`,
      headers,
      body: `{"message_id":${JSON.stringify(messageId)},"verify_code":${JSON.stringify(verifyCode)}}`,
      repeatable: false, // a repeat could burn the code, and there is no idempotency key
    };
  }

  protected read(
    reply: ProviderReply,
    { messageId = '', verifyCode }: EngageLabOtpEvidence,
  ): Answer<EngageLabOtpExtras> {
    const answer = readVerification(reply, messageId, verifyCode);
    return answer.outcome === 'attested' ? attest(answer.claims, { recipient: undefined }) : answer;
  }

  private headers(): Record<string, string> {
    const { devKey, devSecret } = this.options;
    return otpHeaders(
      credential(this.name, 'devKey', devKey, EngageLabOtpOptions),
      credential(this.name, 'devSecret', devSecret, EngageLabOtpOptions),
    );
  }
}

/** An answer that cannot be read may be a *yes*; and a recipient who cannot be reached must not be asked about for free. */
function mayHaveBeenSent(error: unknown): boolean {
  return error instanceof ProviderProtocolError || error instanceof RecipientRejectedError;
}
