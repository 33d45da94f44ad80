import {
  ProviderProtocolError,
  ProviderRateLimitedError,
  ProviderUnavailableError,
} from '../errors/verification.error.js';
import { parseObject } from '../wire/json.js';
import type { HttpSettings } from './http.options.js';
import type { Inquiry } from './inquiry.js';
import type { ProviderReply } from './provider.reply.js';
import { backoffMs, isAmbiguous, mayRepeat, retryAfterMs, type AttemptResult } from './retry.policy.js';
import type { Transport } from './transport.js';
import { WireFault } from './wire.fault.js';
import type { WireReply, WireRequest } from './wire.request.js';

/** The one door to one provider: deadline, retries, and the errors that every provider shares. */
export class VerificationHttpClient {
  constructor(
    private readonly provider: string,
    /** The path below which the provider's API lives; empty, or starting with `/`. */
    readonly basePath: string,
    private readonly settings: Pick<HttpSettings, 'timeoutMs' | 'deadlineMs' | 'retries'>,
    private readonly transport: Transport,
  ) {}

  /**
   * Asks the provider.
   * @throws ProviderUnavailableError when there is no answer, or a 5xx.
   * @throws ProviderRateLimitedError on 429.
   * @throws ProviderProtocolError when the reply is longer than `maxResponseBytes`.
   */
  async send(request: WireRequest, inquiry: Inquiry): Promise<ProviderReply> {
    const deadline = performance.now() + this.settings.deadlineMs;
    for (let retry = 0; ; retry++) {
      const result = await this.attempt(request, deadline - performance.now(), inquiry);
      const wait = this.waitBefore(retry, request, result, deadline - performance.now());
      if (wait === undefined) return this.settle(result);
      inquiry.ambiguous ||= isAmbiguous(result);
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }

  private async attempt(request: WireRequest, remainingMs: number, inquiry: Inquiry): Promise<AttemptResult> {
    inquiry.attempts++;
    try {
      return await this.transport.send(request, Math.min(this.settings.timeoutMs, Math.ceil(remainingMs)));
    } catch (error) {
      return error instanceof WireFault ? error : new WireFault('broken', true);
    }
  }

  /** How long to wait before asking again, or `undefined` to stay with this result. */
  private waitBefore(
    retry: number,
    request: WireRequest,
    result: AttemptResult,
    leftMs: number,
  ): number | undefined {
    if (retry >= this.settings.retries || !mayRepeat(request, result)) return undefined;
    const asked = result instanceof WireFault ? undefined : retryAfterMs(result.retryAfter);
    const wait = asked ?? backoffMs(retry);
    return wait < leftMs ? wait : undefined;
  }

  private settle(result: AttemptResult): ProviderReply {
    if (result instanceof WireFault) throw this.outage(result);
    if (result.status === 429) {
      throw new ProviderRateLimitedError(this.provider, `${this.provider} answered 429 (rate limit)`, {
        retryAfterMs: retryAfterMs(result.retryAfter),
      });
    }
    if (result.status >= 500) throw this.serverError(result);
    return { status: result.status, body: parseObject(result.text) };
  }

  private outage(fault: WireFault): ProviderUnavailableError | ProviderProtocolError {
    return fault.kind === 'oversize'
      ? new ProviderProtocolError(this.provider, `${this.provider} sent more than maxResponseBytes`, {
          cause: fault,
        })
      : new ProviderUnavailableError(this.provider, `${this.provider} gave no answer: ${fault.message}`, {
          cause: fault,
        });
  }

  private serverError(reply: WireReply): ProviderUnavailableError {
    return new ProviderUnavailableError(this.provider, `${this.provider} answered ${String(reply.status)}`, {
      retryAfterMs: retryAfterMs(reply.retryAfter),
    });
  }
}
