import axios, {
  AxiosHeaders,
  type AxiosAdapter,
  type AxiosRequestConfig,
  type AxiosResponse,
  type RawAxiosHeaders,
} from 'axios';
import { map } from 'rxjs';
import { axiosAdapter } from './axios-adapter.js';
import { Exchange } from './exchange.js';
import type { Transport } from './transport.js';
import type { UndiciTransport } from './undici.transport.js';
import type { VerificationHttpService } from './verification-http.service.js';
import { errorCodeOf, WireFault } from './wire-fault.js';
import { providerReply, type ProviderReply } from './provider-reply.js';
import type { WireRequest } from './wire-request.js';

/**
 * Uses `HttpService` once the application configured it, so that its interceptors and axios options apply. Until then
 * it uses undici: axios alone costs more than the call, and the result is the same.
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

  send(request: WireRequest, timeoutMs: number): Promise<ProviderReply> {
    if (this.defaults === undefined && this.http.isTransparent) return this.undici.send(request, timeoutMs);
    const { undici } = this;
    return new Promise((resolve, reject) => {
      let settle!: Exchange['settle'];
      const wire = new Promise<Parameters<typeof settle>[0]>(settled => (settle = settled));
      const exchange = new Exchange(undici.maxBytes, timeoutMs, settle);
      // The exchange's time is the wire's; this one also ends what an interceptor never comes back from.
      const timer = setTimeout(() => {
        exchange.doubt();
        reject(exchange.expire());
      }, timeoutMs).unref();
      const adapter = this.defaults?.adapter ?? this.http.ownAdapter;
      exchange.sent = adapter !== undefined; // an adapter of the application's own may send without our hearing of it
      this.http
        .request<unknown>(this.configFor(request, adapter, axiosAdapter(undici, exchange, wire)))
        .pipe(map(replyOf)) // not in `next`, where what an interceptor made of the reply could end the process
        .subscribe({
          next: reply => {
            clearTimeout(timer);
            exchange.close();
            resolve(reply);
          },
          error: (error: unknown) => {
            clearTimeout(timer);
            exchange.doubt();
            exchange.close();
            reject(
              error instanceof WireFault ? error : new WireFault('broken', exchange.sent, errorCodeOf(error)),
            );
          },
        });
    });
  }

  close(): Promise<void> {
    return this.undici.close();
  }

  private configFor(
    request: WireRequest,
    own: AxiosRequestConfig['adapter'],
    adapter: AxiosAdapter,
  ): AxiosRequestConfig {
    const headers = { ...request.headers };
    return {
      ...this.defaults,
      url: this.undici.origin + request.path,
      method: request.method,
      headers: this.ownHeaders === undefined ? headers : AxiosHeaders.concat(this.ownHeaders, headers),
      data: request.body,
      adapter: own ?? adapter,
      ...(own === undefined ? undefined : { maxContentLength: this.undici.maxBytes }),
      maxRedirects: 0,
      validateStatus: null,
      cancelToken: INERT,
    };
  }
}

// `HttpService` makes a cancel token per call, with an error and its stack on every success, unless it is given one. The
// exchange ends a request; nothing ever cancels this token.
const INERT = axios.CancelToken.source().token;

function replyOf({ status, headers, data }: AxiosResponse<unknown>): ProviderReply {
  const retryAfter: unknown = headers['retry-after'];
  // An interceptor of the application may have parsed it already.
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return providerReply(status, text, typeof retryAfter === 'string' ? retryAfter : undefined);
}
