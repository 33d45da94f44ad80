import { HttpService } from '@nestjs/axios';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { deliver } from './axios.adapter.js';
import { AxiosCustomization } from './axios.customization.js';
import type { HttpOptions } from './http.options.js';

/**
 * The `HttpService` that every request of the `axios` transport goes through. Inject it to add interceptors or to
 * change `axiosRef.defaults`; nothing else in the application uses it.
 */
export class VerificationHttpService extends HttpService {
  private readonly customization: AxiosCustomization | undefined;

  constructor(options: HttpOptions) {
    const instance = axios.create({
      adapter: deliver,
      transformRequest: [], // bodies and replies are ours to write and to read
      transformResponse: [],
      ...options.axios,
    });
    if (instance.defaults.adapter === deliver) dropUnread(instance, options.axios ?? {});
    super(instance);
    this.customization = options.axios === undefined ? new AxiosCustomization(instance) : undefined;
  }

  /** Whether requests go out and replies come back just as without axios. */
  get isTransparent(): boolean {
    return this.customization?.isAbsent(this) ?? false;
  }
}

/** Defaults of axios that neither our adapter nor our transforms read, or that every request overrides. */
const UNREAD: readonly (keyof AxiosRequestConfig)[] = [
  'transitional',
  'timeout',
  'xsrfCookieName',
  'xsrfHeaderName',
  'maxContentLength',
  'maxBodyLength',
  'env',
  'validateStatus',
];

/** axios merges every default into every request, which costs more than the rest of what it does for us. */
function dropUnread({ defaults }: AxiosInstance, given: AxiosRequestConfig): void {
  const dropped = UNREAD.filter(name => given[name] === undefined);
  for (const name of dropped) Reflect.deleteProperty(defaults, name);
  for (const [method, headers] of Object.entries(defaults.headers)) {
    const isEmpty = typeof headers === 'object' && headers !== null && Object.keys(headers).length === 0;
    if (isEmpty && !['common', 'get', 'post'].includes(method))
      Reflect.deleteProperty(defaults.headers, method);
  }
}
