import type { Answer } from '../contract/answer.js';
import type { RejectionReason } from '../contract/verdict.js';
import type { CallRecord } from '../events/call-record.js';
import { providerReply, type ProviderReply } from '../http/provider-reply.js';
import type { WireRequest } from '../http/wire-request.js';
import type { ProviderName } from '../providers/provider-types.js';
import type { VerificationProvider } from '../providers/verification.provider.js';
import { ProviderFake } from './provider.fake.js';
import { noteOf, type NotedQuestion, type PassingQuestion } from './scripted.provider.js';

/** An API's answer to a request. */
export interface FakeReply {
  readonly status: number;
  readonly body: object;
}

/** The fake of a built-in provider: it speaks the API's words, so that the code that writes and reads them runs too. */
export abstract class ApiFake<N extends ProviderName, R extends RejectionReason> extends ProviderFake<N, R> {
  /** @internal */
  protected abstract override readonly reasons: readonly R[];
  /** @internal */
  protected override get handle(): string {
    return `verification.${this.name}`;
  }

  /** The questions under way, by the record that a provider hands on to its request. */
  private readonly passing = new WeakMap<CallRecord, NotedQuestion>();

  /** @internal */
  override ask(passing: PassingQuestion): Promise<Answer> {
    this.passing.set(passing.record, noteOf(passing));
    return passing.ask();
  }

  /** @internal The reply from the network. */
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async deliver(request: WireRequest, record: CallRecord): Promise<ProviderReply> {
    record.attempts++;
    const { status, body } = this.replyTo(request, this.passing.get(record));
    return providerReply(status, JSON.stringify(body), undefined);
  }

  /** @internal The documented reply to a verification, for an answer. */
  protected abstract say(answer: Answer, request: WireRequest): FakeReply;

  /** @internal The documented reply to any other call. */
  protected abstract serve(request: WireRequest): FakeReply;

  /** @internal */
  protected override expectPossible(claims: readonly string[], provider: VerificationProvider): void {
    provider.prepare({ claims });
  }

  private replyTo(request: WireRequest, asked: NotedQuestion | undefined): FakeReply {
    if (asked !== undefined) return this.say(this.answer(asked, request), request);
    if (this.script.upcoming?.isOutage === true) this.script.take()?.answer();
    return this.serve(request);
  }
}
