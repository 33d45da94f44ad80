import {
  AxiosHeaders,
  type AxiosRequestConfig,
  type AxiosResponse,
  type CancelToken,
  type RawAxiosHeaders,
} from 'axios';
import { map } from 'rxjs';
import { deliver } from './axios.adapter.js';
import { Delivery } from './delivery.js';
import { Exchange } from './exchange.js';
import type { Transport } from './transport.js';
import type { UndiciTransport } from './undici.transport.js';
import type { VerificationHttpService } from './verification-http.service.js';
import { errorCodeOf, WireFault } from './wire.fault.js';
import type { WireReply, WireRequest } from './wire.request.js';

/**
 * Sends through `HttpService`, so that the application's interceptors and axios defaults apply; past it while there are
 * none, because axios alone costs more than the call.
 */
export class AxiosTransport implements Transport {
  private readonly ownHeaders: AxiosHeaders | undefined;

  constructor(
    private readonly http: VerificationHttpService,
    private readonly undici: UndiciTransport,
    private readonly defaults: AxiosRequestConfig | undefined,
  ) {
    const headers = defaults?.headers;
    this.ownHeaders = headers === undefined ? undefined : new AxiosHeaders(headers as RawAxiosHeaders);
  }

  send(request: WireRequest, timeoutMs: number): Promise<WireReply> {
    if (this.defaults === undefined && this.http.isTransparent) return this.undici.send(request, timeoutMs);
    const own = this.ownHeaders;
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(this.undici.maxBytes, timeoutMs, result => {
        if (result instanceof WireFault) reject(result);
        else resolve(result);
      });
      // An adapter of the application's own may send without our hearing of it.
      exchange.sent = (this.defaults?.adapter ?? this.http.axiosRef.defaults.adapter) !== deliver;
      this.http
        .request<unknown>({
          ...this.defaults,
          url: this.undici.origin + request.path,
          method: request.method,
          headers:
            own === undefined ? { ...request.headers } : AxiosHeaders.concat(own, { ...request.headers }),
          data: request.body,
          maxRedirects: 0,
          validateStatus: null,
          cancelToken: new Delivery(this.undici, exchange) as unknown as CancelToken, // see Delivery
        })
        .pipe(map(replyOf)) // not in `next`, where what an interceptor made of the reply could end the process
        .subscribe({
          next: reply => {
            exchange.finish(reply);
          },
          error: (error: unknown) => {
            exchange.finish(
              error instanceof WireFault ? error : new WireFault('broken', exchange.sent, errorCodeOf(error)),
            );
          },
        });
    });
  }

  close(): Promise<void> {
    return this.undici.close();
  }
}

function replyOf({ status, headers, data }: AxiosResponse<unknown>): WireReply {
  const retryAfter: unknown = headers['retry-after'];
  return {
    status,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    // An interceptor of the application may have parsed it already.
    text: typeof data === 'string' ? data : JSON.stringify(data),
  };
}
