import { json, type Reply } from '../http/reply.js';

// Code to HTTP status and meaning: the error table of EngageLab's OTP verification page.
const ERRORS = {
  1000: [500, 'internal error'],
  2001: [401, 'authentication failed'],
  2002: [401, 'authentication expired or disabled'],
  2004: [403, 'no permission to call this api'],
  3001: [400, 'invalid request format'],
  3002: [400, 'invalid request parameters'],
  3003: [400, 'verify code has expired or was already verified'],
  4001: [400, 'message or template does not exist'],
} as const;

/** EngageLab's error body with the code's documented status. */
export function engagelabError(code: keyof typeof ERRORS): Reply {
  const [status, message] = ERRORS[code];
  return json(status, { code, message });
}

/** All documented errors, by code. */
export const ENGAGELAB_ERRORS: Readonly<Record<string, Reply>> = Object.fromEntries(
  Object.entries(ERRORS).map(([code, [status, message]]) => [
    code,
    json(status, { code: Number(code), message }),
  ]),
);
