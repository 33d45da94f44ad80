import axios, { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { Delivery } from './delivery.js';
import { errorCodeOf, WireFault } from './wire.fault.js';

/**
 * The axios adapter of the verification `HttpService`: undici underneath. A request that uses what only axios' own
 * adapter knows (its `proxy` option, agents, another origin set by an interceptor) goes through that one, under
 * the same limits.
 */
export function deliver(config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
  const delivery: unknown = config.cancelToken;
  if (!(delivery instanceof Delivery))
    return Promise.reject(new WireFault('broken', false, 'ERR_FOREIGN_REQUEST'));
  return needsAxiosAdapter(config, delivery) ? viaAxios(config, delivery) : viaUndici(config, delivery);
}

function needsAxiosAdapter(config: InternalAxiosRequestConfig, { transport }: Delivery): boolean {
  return (
    Boolean(config.proxy) ||
    Boolean(config.socketPath) ||
    config.httpAgent !== undefined ||
    config.httpsAgent !== undefined ||
    config.auth !== undefined ||
    config.params !== undefined ||
    config.url?.startsWith(`${transport.origin}/`) !== true
  );
}

function viaUndici(
  config: InternalAxiosRequestConfig,
  { transport, exchange }: Delivery,
): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    exchange.start(result => {
      if (result instanceof WireFault) {
        reject(result);
        return;
      }
      const headers = new AxiosHeaders();
      if (result.retryAfter !== undefined) headers.set('retry-after', result.retryAfter);
      resolve({ status: result.status, statusText: '', data: result.text, headers, config });
    });
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
  });
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

async function viaAxios(
  config: InternalAxiosRequestConfig,
  { transport, exchange }: Delivery,
): Promise<AxiosResponse> {
  exchange.start();
  const controller = new AbortController();
  exchange.onRequestStart(controller);
  try {
    return await axios.getAdapter('http')({
      ...config,
      headers: config.headers.set('accept-encoding', 'identity', false), // axios asks for gzip, which we would not decode
      signal: controller.signal,
      maxRedirects: 0,
      maxContentLength: transport.maxBytes,
      decompress: false,
      responseType: 'text',
      timeout: 0,
      validateStatus: () => true,
    });
  } catch (error) {
    const code = errorCodeOf(error);
    const sent = !NEVER_SENT.has(code ?? '');
    throw new WireFault(sent ? 'broken' : 'unreachable', sent, code);
  }
}
