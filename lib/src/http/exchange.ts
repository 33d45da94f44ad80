import type { Dispatcher } from 'undici';
import type { WireReply } from './wire.request.js';
import { errorCodeOf, WireFault, type WireFaultKind } from './wire.fault.js';

type Result = WireReply | WireFault;
type Receiver = (result: Result) => void;

/**
 * One request on the wire: collects the reply up to its limit, and ends when the attempt's time is over, whether
 * the provider stalls before the reply or drips its body. One timer, no `AbortSignal`.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Whether the provider may have seen the request. */
  sent = false;

  private relay: Receiver | undefined;
  private readonly timer: NodeJS.Timeout;
  private state: 'new' | 'started' | 'arrived' = 'new';
  private finished = false;
  private controller: { abort(reason: Error): void } | undefined;
  private status: number | undefined;
  private retryAfter: string | undefined;
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly maxBytes: number,
    timeoutMs: number,
    private readonly owner: Receiver,
  ) {
    this.timer = setTimeout(expire, timeoutMs, this);
    this.timer.unref();
  }

  /**
   * Claims the right to send: one exchange is one request. A `relay` takes what the wire brings in place of the
   * owner, who is then told with {@link finish}.
   * @throws WireFault when the exchange has been used, or its time is over.
   */
  start(relay?: Receiver): void {
    if (this.state !== 'new') throw new WireFault('broken', this.sent, 'ERR_EXCHANGE_OVER');
    this.state = 'started';
    this.relay = relay;
  }

  /** Tells the owner, once, and stops the clock. */
  finish(result: Result): void {
    if (this.finished) return;
    this.finished = true;
    clearTimeout(this.timer);
    this.owner(result);
  }

  /** Ends the request; what arrives later is dropped. */
  fail(fault: WireFault): void {
    this.arrive(fault);
    this.controller?.abort(fault);
  }

  /** The time is over, wherever the request is: queued, on the wire or in an interceptor. */
  expire(): void {
    const fault = this.fault('timeout');
    this.fail(fault);
    this.finish(fault);
  }

  onRequestStart(controller: { abort(reason: Error): void }): void {
    this.controller = controller;
    if (this.state === 'arrived') controller.abort(new WireFault('timeout', false));
    else this.sent = true;
  }

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.status = status;
    const retryAfter = headers['retry-after'];
    this.retryAfter = typeof retryAfter === 'string' ? retryAfter : undefined;
    if (Number(headers['content-length']) > this.maxBytes) this.fail(this.fault('oversize'));
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.fail(this.fault('oversize'));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.size);
    this.arrive({
      status: this.status ?? 0,
      retryAfter: this.retryAfter,
      text: body?.toString('utf8') ?? '',
    });
  }

  onResponseError(_: unknown, error: unknown): void {
    this.fail(this.fault(this.sent ? 'broken' : 'unreachable', errorCodeOf(error)));
  }

  private fault(kind: WireFaultKind, errorCode?: string): WireFault {
    return new WireFault(kind, this.sent, errorCode, this.status);
  }

  private arrive(result: Result): void {
    if (this.state === 'arrived') return;
    this.state = 'arrived';
    if (this.relay === undefined) this.finish(result);
    else this.relay(result);
  }
}

function expire(exchange: Exchange): void {
  exchange.expire();
}
