import axios, {
  AxiosHeaders,
  type AxiosAdapter,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import type { Exchange } from './exchange.js';
import type { UndiciTransport } from './undici.transport.js';
import { errorCodeOf, WireFault } from './wire-fault.js';

/**
 * The axios adapter of one request: undici underneath. A request that uses something only axios' own adapter knows (its
 * `proxy` option, agents, another origin set by an interceptor) goes through that one, under the same limits.
 */
export function axiosAdapter(
  transport: UndiciTransport,
  exchange: Exchange,
  wire: Promise<Parameters<Exchange['settle']>[0]>,
): AxiosAdapter {
  return async config => {
    exchange.start();
    if (needsAxiosAdapter(config, transport.origin)) return viaAxios(config, transport.maxBytes, exchange);
    const data: unknown = config.data;
    transport.dispatch(
      {
        method: config.method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
        path: config.url?.slice(transport.origin.length) ?? '/',
        headers: config.headers.toJSON() as Record<string, string>,
        ...(typeof data === 'string' ? { body: data } : {}),
      },
      exchange,
    );
    const result = await wire;
    if (result instanceof WireFault) throw result;
    const headers = new AxiosHeaders();
    if (result.retryAfter !== undefined) headers.set('retry-after', result.retryAfter);
    return { status: result.status, statusText: '', data: result.text, headers, config };
  };
}

function needsAxiosAdapter(config: InternalAxiosRequestConfig, origin: string): boolean {
  return (
    Boolean(config.proxy) ||
    Boolean(config.socketPath) ||
    config.httpAgent !== undefined ||
    config.httpsAgent !== undefined ||
    config.auth !== undefined ||
    config.params !== undefined ||
    config.lookup !== undefined ||
    config.family !== undefined ||
    config.signal !== undefined ||
    Boolean(config.timeout) ||
    config.maxContentLength !== undefined ||
    config.url?.startsWith(`${origin}/`) !== true
  );
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

async function viaAxios(
  config: InternalAxiosRequestConfig,
  maxBytes: number,
  exchange: Exchange,
): Promise<AxiosResponse> {
  const controller = new AbortController();
  exchange.onRequestStart(controller);
  try {
    return await axios.getAdapter('http')({
      ...config,
      headers: config.headers.set('accept-encoding', 'identity', false), // axios asks for gzip, which we would not decode
      signal: config.signal
        ? AbortSignal.any([config.signal as AbortSignal, controller.signal])
        : controller.signal,
      maxRedirects: 0,
      maxContentLength: Math.min(config.maxContentLength ?? maxBytes, maxBytes),
      decompress: false,
      responseType: 'text',
      validateStatus: () => true,
    });
  } catch (error) {
    if (exchange.lateness !== undefined) throw exchange.lateness;
    const code = errorCodeOf(error);
    const sent = !NEVER_SENT.has(code ?? '');
    throw new WireFault(sent ? 'broken' : 'unreachable', sent, code);
  }
}
