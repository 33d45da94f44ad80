import { HttpService } from '@nestjs/axios';
import axios, { type AxiosInstance, type AxiosRequestConfig, type CreateAxiosDefaults } from 'axios';
import { WireFault } from './wire-fault.js';
import type { HttpOptions } from './http.options.js';
import { REQUEST_HEADERS } from './request-headers.js';

const request = Reflect.get(HttpService.prototype, 'request') as unknown;

/** The defaults that axios ships and that mean something here; bodies and replies are ours to write and to read. */
const SHIPPED: CreateAxiosDefaults = {
  adapter: refuseForeign,
  headers: {
    common: { Accept: 'application/json, text/plain, */*', ...REQUEST_HEADERS },
    ...Object.fromEntries(['delete', 'get', 'head', 'post', 'put', 'patch'].map(method => [method, {}])),
  },
  transformRequest: [],
  transformResponse: [],
};

/**
 * The `HttpService` of the `axios` transport. Inject it to add interceptors or to change `axiosRef.defaults`; nothing
 * else in the application uses it, and nothing of the process's own `axios.defaults` reaches it.
 */
export class VerificationHttpService extends HttpService {
  private configured: boolean;

  constructor(options: HttpOptions) {
    super(instanceWith(options.axios));
    this.configured = options.axios !== undefined;
  }

  /** The axios instance. Requests go through axios from the first look at it on. */
  override get axiosRef(): HttpService['axiosRef'] {
    this.configured = true;
    return super.axiosRef;
  }

  /** The adapter that the application set, if any. */
  get ownAdapter(): AxiosRequestConfig['adapter'] {
    const { adapter } = this.instance.defaults;
    return adapter === refuseForeign ? undefined : adapter;
  }

  /** Tells whether nobody configured axios, so that requests may go straight to undici with the same result. */
  get isTransparent(): boolean {
    return !this.configured && Reflect.get(this, 'request') === request;
  }
}

/** Every request to a provider brings an adapter of its own. */
function refuseForeign(): Promise<never> {
  return Promise.reject(new WireFault('broken', false, 'ERR_FOREIGN_REQUEST'));
}

/** `axios.create()` copies what the process told axios about other servers; none of that is for a provider. */
function instanceWith(given: AxiosRequestConfig = {}): AxiosInstance {
  const instance = axios.create();
  const { defaults } = instance;
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
  Object.assign(defaults, axios.mergeConfig(SHIPPED as AxiosRequestConfig, given));
  return instance;
}
