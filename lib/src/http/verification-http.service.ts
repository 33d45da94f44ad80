import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { deliver } from './axios.adapter.js';
import type { HttpOptions } from './http.options.js';

const untouched = [(data: unknown): unknown => data];

/**
 * The `HttpService` that every request of the `axios` transport goes through. Inject it to add interceptors or to
 * change `axiosRef.defaults`; nothing else in the application uses it.
 */
export class VerificationHttpService extends HttpService {
  constructor(options: HttpOptions) {
    super(
      axios.create({
        adapter: deliver,
        transformRequest: untouched,
        transformResponse: untouched,
        ...options.axios,
      }),
    );
  }
}
