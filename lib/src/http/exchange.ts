import type { Dispatcher } from 'undici';
import { errorCodeOf, WireFault } from './wire-fault.js';

/**
 * One request on the wire: collects the reply up to its limit, and ends when the attempt's time is over, whether the
 * provider stalls before the reply or drips its body. One timer, no `AbortSignal`.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** `true` if the provider may have seen the request. */
  sent = false;
  /** The fault of an exchange whose time was over. */
  lateness: WireFault | undefined;

  private readonly timer: NodeJS.Timeout;
  private state: 'new' | 'started' | 'over' = 'new';
  private controller: { abort(reason: Error): void } | undefined;
  private status: number | undefined;
  private retryAfter: string | undefined;
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly maxBytes: number,
    timeoutMs: number,
    readonly settle: (
      result:
        | WireFault
        | { readonly status: number; readonly retryAfter: string | undefined; readonly text: string },
    ) => void,
  ) {
    this.timer = setTimeout(expire, timeoutMs, this);
    this.timer.unref();
  }

  /**
   * Claims the right to send: one exchange is one request.
   * @throws WireFault when the exchange has been used, or its time is over.
   */
  start(): void {
    if (this.state !== 'new') throw new WireFault('broken', this.sent, 'ERR_EXCHANGE_OVER');
    this.state = 'started';
  }

  /** Ends the request with a fault; what arrives later is dropped. */
  fail(fault: WireFault): void {
    this.end(fault);
    this.controller?.abort(fault);
  }

  /** The time is over, wherever the request is: queued, on the wire or before an adapter. */
  expire(): WireFault {
    const fault = this.fault('timeout');
    this.lateness = fault;
    this.fail(fault);
    return fault;
  }

  /** Where nobody claimed the exchange, another adapter may have sent the request without our hearing of it. */
  doubt(): void {
    if (this.state === 'new') this.sent = true;
  }

  /** Stops the clock of a request that ended elsewhere, such as in an adapter of the application's own. */
  close(): void {
    this.state = 'over';
    clearTimeout(this.timer);
  }

  onRequestStart(controller: { abort(reason: Error): void }): void {
    this.controller = controller;
    if (this.state === 'over') controller.abort(new WireFault('timeout', false));
    else this.sent = true;
  }

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.status = status;
    const retryAfter = headers['retry-after'];
    this.retryAfter = typeof retryAfter === 'object' ? retryAfter[0] : retryAfter; // repeated where a proxy adds its own
    if (Number(headers['content-length']) > this.maxBytes) this.fail(this.fault('oversize'));
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.fail(this.fault('oversize'));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.end(this.reply());
  }

  onResponseError(_: unknown, error: unknown): void {
    this.fail(this.fault(this.sent ? 'broken' : 'unreachable', errorCodeOf(error)));
  }

  private reply() {
    const body = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.size);
    const { status = 0, retryAfter } = this;
    return { status, retryAfter, text: body?.toString('utf8') ?? '' };
  }

  private fault(kind: WireFault['kind'], errorCode?: string): WireFault {
    return new WireFault(kind, this.sent, errorCode, this.status);
  }

  private end(result: Parameters<typeof this.settle>[0]): void {
    if (this.state === 'over') return;
    this.state = 'over';
    clearTimeout(this.timer);
    this.settle(result);
  }
}

function expire(exchange: Exchange): void {
  exchange.expire();
}
