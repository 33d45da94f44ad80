import { randomInt, randomUUID } from 'node:crypto';
import { attest, reject, type Answer } from '../contract/answer.js';
import type { ExtrasOf } from '../contract/verdict.js';
import type { WireRequest } from '../http/wire-request.js';
import type { EngageLabOtpMessage } from '../providers/engagelab/engagelab.types.js';
import type { EngageLabOtpService } from '../providers/engagelab/engagelab.service.js';
import type { OtpCheck, OtpVerdict } from '../providers/otp/otp.types.js';
import { claimOf, isSameRecipient, mailboxOf, recipientIn } from '../providers/otp/recipient.js';
import { codeIn } from '../providers/otp/verify-code.js';
import { parseObject, stringMember } from '../wire/json.js';
import { ApiFake, type FakeReply } from './api.fake.js';
import { noteOf, type NotedQuestion, type PassingQuestion } from './scripted.provider.js';

/** A reason of EngageLab's no. The service itself says that no guesses are left, after five of them. */
export type EngageLabFakeReason =
  'wrong_code' | 'expired_or_replayed' | 'unknown_evidence' | 'malformed_evidence';

/** A code that was sent. */
export interface FakeSentCode extends EngageLabOtpMessage {
  readonly code: string;
  readonly challengeId: string;
}

const REFUSALS: Readonly<Record<EngageLabFakeReason, FakeReply>> = {
  wrong_code: { status: 200, body: { verified: false } },
  expired_or_replayed: { status: 400, body: { code: 3003, message: 'expired or already verified' } },
  unknown_evidence: { status: 400, body: { code: 4001, message: 'no such message' } },
  malformed_evidence: { status: 400, body: { code: 3002, message: 'invalid parameters' } },
};

const ANYBODY = '+4512345678';
const ANY_ADDRESS = 'ann@shop.example';

/**
 * EngageLab OTP as a test says it is. Where the test says nothing, the code that was sent is right, once, and every
 * other is wrong. Where it does, that holds for codes that nobody sent, too.
 */
export class EngageLabFake extends ApiFake<'engagelab', EngageLabFakeReason> {
  /** @internal */
  protected readonly reasons = Object.keys(REFUSALS) as EngageLabFakeReason[];
  private readonly outbox: FakeSentCode[] = [];
  private readonly messages = new Map<string, { to: string; code: string; verified: boolean }>();

  /** The codes that were sent, oldest first. */
  get sent(): readonly FakeSentCode[] {
    return this.outbox;
  }

  /**
   * The code of the newest message to a phone number or address.
   * @throws ConfigurationError when there is none.
   */
  codeFor(recipient: string): string {
    const mailbox = mailboxOf(recipientIn(recipient) ?? recipient);
    const found = this.outbox.findLast(({ to }) => mailboxOf(recipientIn(to) ?? to) === mailbox);
    if (found !== undefined) return found.code;
    const recipients = this.outbox.map(({ to }) => to).join(', ');
    throw this.mistake(`No code was sent to ${recipient}, but to: ${recipients || 'nobody'}.`);
  }

  /** @internal */
  override reset(): void {
    super.reset();
    this.outbox.length = 0;
    this.messages.clear();
  }

  /** @internal */
  override adopt(service: EngageLabOtpService): void {
    super.adopt(service);
    const send = service.send.bind(service);
    service.send = async (message, inquiry) => {
      const challenge = await send(message, inquiry);
      const recipient = recipientIn(message.to);
      const { code = '' } = [...this.messages.values()].findLast(({ to }) => to === recipient) ?? {};
      this.outbox.push({ ...message, code, challengeId: challenge.challengeId });
      return challenge;
    };
  }

  /** @internal */
  override ask(passing: PassingQuestion): Promise<Answer> {
    const { challengeId } = passing.evidence;
    const isSent = challengeId === undefined || this.outbox.some(each => each.challengeId === challengeId);
    if (isSent || (this.script.upcoming === undefined && this.outbox.length > 0)) return super.ask(passing);
    return this.answerUnsent(passing);
  }

  /** @internal */
  protected override answer(asked: NotedQuestion, request: WireRequest): Answer {
    const { messageId, verifyCode } = writtenIn(request);
    const message = this.messages.get(messageId);
    if (this.script.upcoming !== undefined || message === undefined) return super.answer(asked, request);
    this.noted.push(asked);
    if (message.verified) return reject('expired_or_replayed');
    message.verified = verifyCode === message.code;
    return message.verified ? attest(asked.claims, {}) : reject('wrong_code');
  }

  /** @internal */
  protected say(answer: Answer, request: WireRequest): FakeReply {
    const { status, body } =
      answer.outcome === 'attested'
        ? { status: 200, body: { verified: true } }
        : REFUSALS[answer.reason as EngageLabFakeReason];
    const { messageId, verifyCode } = writtenIn(request);
    return { status, body: { message_id: messageId, verify_code: verifyCode, ...body } };
  }

  /** @internal */
  protected serve({ body = '' }: WireRequest): FakeReply {
    const written = parseObject(body) ?? {};
    const to = stringMember(written, 'to') ?? '';
    const messageId = randomUUID();
    const code = stringMember(written, 'code') ?? String(randomInt(100_000, 1_000_000));
    this.messages.set(messageId, { to, code, verified: false });
    return { status: 200, body: { message_id: messageId, send_channel: to.includes('@') ? 'email' : 'sms' } };
  }

  /** Answers about a challenge that nobody sent, where the test says what it is. */
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  private async answerUnsent(passing: PassingQuestion): Promise<Answer> {
    const { evidence, check, record } = passing;
    if (codeIn(evidence['verifyCode'] ?? '') === undefined) return reject('malformed_evidence');
    record.attempts++;
    const answer: Answer<Partial<ExtrasOf<OtpVerdict>>> = super.answer(noteOf(passing));
    if (answer.outcome === 'rejected') return answer;
    const { recipient: demanded } = check as OtpCheck;
    const { recipient = demanded ?? (answer.claims.includes('email_verified') ? ANY_ADDRESS : ANYBODY) } =
      answer.extras;
    const isAnother = demanded !== undefined && !isSameRecipient(recipient, demanded);
    return isAnother ? reject('unknown_evidence') : attest([claimOf(recipient)], { recipient });
  }
}

function writtenIn({ body = '' }: WireRequest): { readonly messageId: string; readonly verifyCode: string } {
  const written = parseObject(body) ?? {};
  return {
    messageId: stringMember(written, 'message_id') ?? '',
    verifyCode: stringMember(written, 'verify_code') ?? '',
  };
}
