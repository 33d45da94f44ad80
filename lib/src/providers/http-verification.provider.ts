import { Inject } from '@nestjs/common';
import { refuse, type Answer, type Refusal } from '../contract/answer.js';
import type { Evidence } from '../contract/evidence.js';
import type { Requirement } from '../contract/requirement.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { ProviderProtocolError } from '../errors/verification.error.js';
import type { HttpOptions } from '../http/http.options.js';
import type { Inquiry } from '../http/inquiry.js';
import type { ProviderReply } from '../http/provider.reply.js';
import { VerificationHttp } from '../http/verification-http.js';
import type { VerificationHttpClient } from '../http/verification-http.client.js';
import type { WireRequest } from '../http/wire.request.js';
import { member, repeatsMembers, type JsonObject } from '../wire/json.js';
import { logFailure } from './outcome.report.js';
import type { Question } from './question.js';
import { VerificationProvider, type ExtrasOf } from './verification.provider.js';

/**
 * A provider behind an HTTP API. Here a reply becomes a verdict: a *yes* counts only under status 200 and in a
 * body that nowhere contradicts itself, whatever the provider's own reader says.
 */
export abstract class HttpVerificationProvider<
  E extends Evidence = Evidence,
  R extends Requirement = Requirement,
  A extends AcceptedVerdict = AcceptedVerdict,
  Q extends Question = Question,
> extends VerificationProvider<E, R, A, Q> {
  @Inject(VerificationHttp) private readonly http!: VerificationHttp;
  private door: VerificationHttpClient | undefined;

  /** Where the API lives, and this provider's own limits over the module's `http` options. */
  protected abstract readonly endpoint: { readonly baseUrl: string; readonly http?: HttpOptions | undefined };

  /** The door to the provider. */
  protected get client(): VerificationHttpClient {
    this.door ??= this.http.open(this.name, this.endpoint.baseUrl, this.endpoint.http);
    return this.door;
  }

  /** Asks in the API's words; a refusal where the evidence can already be seen to be unfit. */
  protected abstract request(evidence: E, question: Q): WireRequest | Refusal;

  /**
   * Reads a reply that is neither an outage nor a rate limit.
   * @throws ProviderProtocolError for an answer that the documentation does not know.
   * @throws ProviderRefusedError where the provider refuses our key or account.
   */
  protected abstract read(reply: ProviderReply, evidence: E, question: Q): Answer<ExtrasOf<A>>;

  protected override async inquire(evidence: E, question: Q, inquiry: Inquiry): Promise<Answer<ExtrasOf<A>>> {
    const request = this.request(evidence, question);
    if (isRefusal(request)) return request;
    const reply = await this.client.send(request, inquiry);
    const answer = this.read(reply, evidence, question);
    if (answer.outcome === 'refused') {
      return inquiry.ambiguous ? refuse(answer.reason, { ...answer.details, indeterminate: true }) : answer;
    }
    if (reply.status !== 200) throw this.protocolError(reply, 'says yes under that status');
    if (
      reply.body === undefined ||
      contradictsItself(reply.body) ||
      repeatsMembers(reply.text ?? '', reply.body)
    )
      throw this.protocolError(reply, 'contradicts itself');
    return answer;
  }

  /** Makes a call that verifies nothing, such as a start; its failures reach the operator as well. */
  protected async call<T>(
    request: WireRequest,
    read: (reply: ProviderReply) => T,
    inquiry: Inquiry = { attempts: 0, ambiguous: false },
  ): Promise<T> {
    try {
      return read(await this.client.send(request, inquiry));
    } catch (error) {
      const failure = this.failureOf(error);
      logFailure(this.outcomes, failure, inquiry.attempts, { provider: this.name });
      throw failure;
    }
  }

  /** An answer that the documentation does not know; `what` is our own text, never the provider's. */
  protected protocolError(reply: ProviderReply, what: string): ProviderProtocolError {
    return new ProviderProtocolError(
      this.name,
      `"${this.name}" answered ${String(reply.status)}, which ${what}`,
    );
  }
}

/** Members that no documented *yes* has with such a value. */
function contradictsItself(body: JsonObject): boolean {
  const stated = (name: string): boolean => (member(body, name) ?? null) !== null;
  const denied = (name: string): boolean => stated(name) && member(body, name) !== true;
  return stated('error') || stated('errors') || stated('code') || denied('success') || denied('verified');
}

function isRefusal(request: WireRequest | Refusal): request is Refusal {
  return Object.hasOwn(request, 'outcome');
}
