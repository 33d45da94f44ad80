import type { ProviderReply } from './provider-reply.js';
import { WireFault } from './wire-fault.js';
import type { WireRequest } from './wire-request.js';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 2_000;
const LONGEST_RETRY_AFTER_MS = 24 * 3600 * 1000;

/**
 * Tells whether asking again cannot turn a *no* into a *yes* and spends nothing twice: after 429 or when nothing was sent
 * always, after a timeout, a broken reply or 5xx only where the request is repeatable.
 */
export function mayRepeat(request: WireRequest, result: ProviderReply | WireFault): boolean {
  if (result instanceof WireFault) {
    if (result.kind === 'queue_full') return false;
    return !result.sent || (request.repeatable && (result.kind === 'timeout' || result.kind === 'broken'));
  }
  return result.status === 429 || (result.status >= 500 && request.repeatable);
}

/** Tells whether the provider may have done what it was asked although we have no answer. */
export function isAmbiguous(result: ProviderReply | WireFault): boolean {
  return result instanceof WireFault ? result.sent : result.status >= 500;
}

/** Tells whether the provider may have looked at what it was asked. */
export function mayHaveReached(result: ProviderReply | WireFault): boolean {
  return result instanceof WireFault ? result.sent : result.status !== 429;
}

/**
 * Tells whether the provider is to blame: no connection, no answer in time, 5xx, or a 200 that is no JSON object. Never a
 * 4xx, readable or not, because anybody who sends junk can provoke one.
 */
export function isOutage(result: ProviderReply | WireFault): boolean {
  if (result instanceof WireFault) return result.status === undefined || !isClientError(result.status);
  return result.status >= 500 || (result.status === 200 && result.body === undefined);
}

function isClientError(status: number): boolean {
  return status >= 400 && status < 500;
}

/** Exponential backoff with full jitter, in milliseconds. */
export function backoffMs(retry: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retry);
}

/** `Retry-After` in milliseconds, at most a day: delay-seconds or an HTTP date (RFC 9110 section 10.2.3). */
export function retryAfterMs(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(LONGEST_RETRY_AFTER_MS, Number(value) * 1000);
  const date = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, date - now));
}
