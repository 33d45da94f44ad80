import type { ApiRequest } from './http/api-request.js';
import type { RateLimiter } from './http/rate-limit.js';
import type { Reply } from './http/reply.js';

/** What every emulated API needs from the sandbox that hosts it. */
export interface EmulatorOptions {
  /** The URL under which the API is served, without a trailing slash. */
  readonly baseUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Options of an API that documents a 429. */
export interface LimitedEmulatorOptions extends EmulatorOptions {
  readonly limiter: RateLimiter;
}

/** Options of an API whose document leaves a lifetime to its settings. */
export interface ExpiringEmulatorOptions extends EmulatorOptions {
  readonly expiresInMs?: number | undefined;
}

/** One emulated API: state in, documented answer out, nothing asynchronous in between. */
export interface Emulator {
  reply(request: ApiRequest): Reply;
}

/** A class that can be made an emulator of; the sandbox gives each all options, and each declares those it uses. */
export type EmulatorClass = new (options: LimitedEmulatorOptions & ExpiringEmulatorOptions) => Emulator;
