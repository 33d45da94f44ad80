import {
  ProviderProtocolError,
  ProviderRateLimitedError,
  ProviderUnavailableError,
  type VerificationError,
} from '../errors/verification.error.js';
import { withoutStack } from '../errors/without-stack.js';
import { Bulkhead } from './bulkhead.js';
import type { Breakers } from './breakers.js';
import type { settingsOf } from './http.options.js';
import type { CallRecord } from '../events/call-record.js';
import type { ProviderReply } from './provider-reply.js';
import { backoffMs, isAmbiguous, isOutage, mayHaveReached, mayRepeat, retryAfterMs } from './retry.js';
import type { Transport } from './transport.js';
import { WireFault } from './wire-fault.js';
import { expectPath, type WireRequest } from './wire-request.js';

/** `Retry-After` when the queue is full, and the time before the deadline in which no attempt begins, at most. */
const [QUEUE_RETRY_AFTER_MS, TOO_LATE_MS] = [1000, 100];
/** The time that a probe waits for its turn, and the number of probes that wait. */
const [LONGEST_PROBE_WAIT_MS, MOST_PROBES] = [1000, 100];

/** The door to one provider: deadline, retries, breaker, bulkhead, and the errors that every provider shares. */
export class HttpClient {
  private readonly probes = new Bulkhead(1, MOST_PROBES);

  constructor(
    private readonly provider: string,
    /** The path of the provider's base URL; empty, or starting with `/`. */
    private readonly basePath: string,
    private readonly transport: Transport,
    private readonly settings: Pick<ReturnType<typeof settingsOf>, 'timeoutMs' | 'deadlineMs' | 'retries'>,
    private readonly bulkhead: Bulkhead,
    /** `undefined` where they are turned off. */
    private readonly breakers: Breakers | undefined,
  ) {}

  /** The deadline of a whole question, in milliseconds. */
  get deadlineMs(): number {
    return this.settings.deadlineMs;
  }

  /**
   * Asks the provider; the client puts the path of the base URL before the request's.
   * @throws ProviderUnavailableError when there is no answer, a 5xx, an open breaker or a full queue.
   * @throws ProviderRateLimitedError on 429.
   * @throws ProviderProtocolError when the reply is longer than `maxResponseBytes`.
   * @throws ConfigurationError for a path that is none.
   */
  async send(request: WireRequest, record: CallRecord): Promise<ProviderReply> {
    expectPath(this.provider, request.path);
    const { deadlineMs, retries } = this.settings;
    const based = this.basePath === '' ? request : { ...request, path: this.basePath + request.path };
    const deadline = record.since + deadlineMs;
    for (let retry = 0; ; retry++) {
      const standing = this.breakers?.standingFor(record);
      this.refuseWhileOpen(standing?.waitMs);
      const result = await (standing?.isProbe === true
        ? this.probe(based, deadline, record)
        : this.attempt(based, deadline, record));
      const waitMs = retry < retries ? this.waitBefore(retry, request, result, deadline) : undefined;
      record.ambiguous ||= isAmbiguous(result);
      if (waitMs === undefined) return this.settle(result);
      // Holds the process: a script that checks something may have nothing else to wait for.
      await new Promise(resolve => setTimeout(resolve, waitMs));
    }
  }

  /** One attempt in its turn, where the breaker only allows a probe. */
  private async probe(
    request: WireRequest,
    deadline: number,
    record: CallRecord,
  ): Promise<ProviderReply | WireFault> {
    const fault = await enter(this.probes, Math.min(LONGEST_PROBE_WAIT_MS, this.spare(deadline)));
    if (fault !== undefined) return fault;
    try {
      return await this.attempt(request, deadline, record);
    } finally {
      this.probes.leave();
    }
  }

  /** One attempt within its place, its time and what the breaker allows. */
  private async attempt(
    request: WireRequest,
    deadline: number,
    record: CallRecord,
  ): Promise<ProviderReply | WireFault> {
    const { bulkhead, settings } = this;
    const spareMs = this.spare(deadline);
    // Asked now, the provider would spend the proof, and nobody would wait for its answer.
    if (spareMs === 0)
      throw new ProviderUnavailableError(this.provider, `no time is left to ask ${this.provider}`);
    if (!bulkhead.tryEnter()) {
      const fault = await enter(bulkhead, spareMs);
      if (fault !== undefined) return fault;
    }
    let result: ProviderReply | WireFault | undefined;
    const afterMs = record.trail === undefined ? 0 : record.durationMs;
    try {
      this.refuseWhileOpen(this.breakers?.admit(record));
      record.attempts++;
      const timeoutMs = Math.max(1, Math.min(settings.timeoutMs, Math.ceil(deadline - performance.now())));
      result = await this.transport.send(request, timeoutMs);
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
      result = error;
    } finally {
      bulkhead.leave();
    }
    record.reached ||= mayHaveReached(result);
    this.breakers?.record(record, isOutage(result));
    if (record.trail !== undefined) writeDown(record, afterMs, result);
    return result;
  }

  /** Returns the time to wait before asking again, or `undefined` to keep this result. */
  private waitBefore(
    retry: number,
    request: WireRequest,
    result: ProviderReply | WireFault,
    deadline: number,
  ): number | undefined {
    if (!mayRepeat(request, result)) return undefined;
    const asked = result instanceof WireFault ? undefined : retryAfterMs(result.retryAfter);
    const waitMs = Math.max(asked ?? 0, backoffMs(retry)); // those told to come back now do not come all at once
    return waitMs < this.spare(deadline) ? waitMs : undefined;
  }

  /** Milliseconds in which an attempt must begin, so that the provider has time to answer. */
  private spare(deadline: number): number {
    const { timeoutMs, deadlineMs } = this.settings;
    const lastMs = Math.min(TOO_LATE_MS, timeoutMs / 10, deadlineMs / 10);
    return Math.max(0, deadline - lastMs - performance.now());
  }

  private settle(result: ProviderReply | WireFault): ProviderReply {
    if (result instanceof WireFault) throw this.errorOf(result);
    if (result.status === 429) {
      throw new ProviderRateLimitedError(this.provider, `${this.provider} answered 429 (rate limit)`, {
        retryAfterMs: retryAfterMs(result.retryAfter),
      });
    }
    if (result.status >= 500) {
      throw new ProviderUnavailableError(
        this.provider,
        `${this.provider} answered ${String(result.status)}`,
        { retryAfterMs: retryAfterMs(result.retryAfter) },
      );
    }
    return result;
  }

  private errorOf(fault: WireFault): VerificationError {
    const { provider } = this;
    switch (fault.kind) {
      case 'oversize':
        return new ProviderProtocolError(provider, `${provider} sent more than maxResponseBytes`, {
          cause: fault,
        });
      case 'queue_full':
        return withoutStack(
          () =>
            new ProviderUnavailableError(provider, `too many requests wait for ${provider}`, {
              retryAfterMs: QUEUE_RETRY_AFTER_MS,
            }),
        );
      default:
        return new ProviderUnavailableError(provider, `${provider} gave no answer: ${fault.message}`, {
          cause: fault,
        });
    }
  }

  private refuseWhileOpen(waitMs = 0): void {
    if (waitMs === 0) return;
    const { provider } = this;
    const message = `${provider} is left alone: its circuit breaker is open`;
    throw withoutStack(() => new ProviderUnavailableError(provider, message, { retryAfterMs: waitMs }));
  }
}

/** Takes a place, or says why there is none in time. */
async function enter(bulkhead: Bulkhead, waitMs: number): Promise<WireFault | undefined> {
  if (bulkhead.tryEnter()) return undefined;
  try {
    await bulkhead.enter(waitMs);
    return undefined;
  } catch (error) {
    if (error instanceof WireFault) return error;
    throw error;
  }
}

function writeDown(record: CallRecord, afterMs: number, result: ProviderReply | WireFault): void {
  const isFault = result instanceof WireFault;
  const fault = isFault && result.kind !== 'queue_full' ? result.kind : undefined;
  record.trail?.push({ afterMs, durationMs: record.durationMs - afterMs, status: result.status, fault });
}
