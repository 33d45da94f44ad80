import type { connectionsTo } from './dispatcher.js';
import { Exchange } from './exchange.js';
import type { Transport } from './transport.js';
import { errorCodeOf, WireFault } from './wire-fault.js';
import { providerReply, type ProviderReply } from './provider-reply.js';
import { withRequestHeaders } from './request-headers.js';
import type { WireRequest } from './wire-request.js';

/** Sends over undici's dispatcher, which follows no redirect and decodes nothing. */
export class UndiciTransport implements Transport {
  constructor(
    readonly origin: string,
    readonly maxBytes: number,
    private readonly connections: ReturnType<typeof connectionsTo>,
  ) {}

  send(request: WireRequest, timeoutMs: number): Promise<ProviderReply> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(this.maxBytes, timeoutMs, result => {
        if (result instanceof WireFault) reject(result);
        else resolve(providerReply(result.status, result.text, result.retryAfter));
      });
      exchange.start();
      this.dispatch(request, exchange, withRequestHeaders(request.headers));
    });
  }

  /** Puts a request on the wire; the exchange, which has started, is told everything that comes of it. */
  dispatch(
    request: Omit<WireRequest, 'repeatable'>,
    exchange: Exchange,
    headers: WireRequest['headers'] = request.headers,
  ): void {
    try {
      this.connections.for(request).dispatch(
        {
          origin: this.origin,
          path: request.path,
          method: request.method,
          headers,
          body: request.body ?? null,
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        exchange,
      );
    } catch (error) {
      exchange.fail(new WireFault('broken', exchange.sent, errorCodeOf(error)));
    }
  }

  close(): Promise<void> {
    return this.connections.close();
  }
}
