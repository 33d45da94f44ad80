import type { ApiRequest } from './http/api-request.js';
import type { RateLimiter } from './http/rate-limit.js';
import type { Reply } from './http/reply.js';

/** Options that the sandbox gives to every emulator. */
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

/** Options of an API that sends codes: its document leaves their life and the resend to settings. */
export interface SendingEmulatorOptions extends EmulatorOptions {
  readonly expiresInMs?: number | undefined;
  readonly refuseResend?: boolean | undefined;
}

/** Options of an API that sends people back to the pages of verified domains only. */
export interface ReturningEmulatorOptions extends EmulatorOptions {
  readonly verifiedDomains?: readonly string[] | undefined;
}

/** One emulated API. It answers at once from its state, as the API's document says. */
export interface Emulator {
  reply(request: ApiRequest): Reply;
}

/** A class of emulators. The sandbox passes all options, and each class declares those that it uses. */
export type EmulatorClass = new (
  options: LimitedEmulatorOptions & SendingEmulatorOptions & ReturningEmulatorOptions,
) => Emulator;
