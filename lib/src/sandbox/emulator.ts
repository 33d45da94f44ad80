import type { ApiRequest } from './api.request.js';
import type { RateLimit } from './rate.limit.js';
import type { Reply } from './reply.js';

/** What every emulated API needs from the sandbox that hosts it. */
export interface EmulatorOptions {
  /** The URL under which the API is served, without a trailing slash. */
  readonly baseUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly rateLimit?: RateLimit | undefined;
}

/** One emulated API: state in, documented answer out, nothing asynchronous in between. */
export interface Emulator {
  reply(request: ApiRequest): Reply;
}
