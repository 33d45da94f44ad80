import { json, type Reply } from '../http/reply.js';

// Code to HTTP status and meaning: the error tables of EngageLab's pages on verifying and on sending.
const ERRORS = {
  1000: [500, 'internal error'],
  2001: [401, 'authentication failed'],
  2002: [401, 'authentication expired or disabled'],
  2004: [403, 'no permission to call this api'],
  3001: [400, 'invalid request format'],
  3002: [400, 'invalid request parameters'],
  3003: [400, 'verify code has expired or was already verified'],
  3004: [400, 'same template and recipient within the validity of the code'],
  4001: [400, 'message or template does not exist'],
  5001: [400, 'sending failed'],
  5011: [400, 'phone number is invalid'],
  5012: [400, 'phone number is unreachable'],
  5013: [400, 'phone number is on the blacklist'],
  5014: [400, 'content violates the policy'],
  5015: [400, 'message was intercepted'],
  5016: [400, 'internal error in sending'],
  5017: [400, 'no permission to send to the China region'],
  5018: [400, 'phone is switched off'],
  5019: [400, 'recipient has unsubscribed'],
  5020: [400, 'phone number is not registered'],
} as const;

type Code = keyof typeof ERRORS;

const CODES = Object.keys(ERRORS).map(Number) as Code[];

/** EngageLab's error body with the code's documented status. */
export function engagelabError(code: Code): Reply {
  const [status, message] = ERRORS[code];
  return json(status, { code, message });
}

/** The documented errors, by code. */
export const ENGAGELAB_ERRORS: Readonly<Record<string, Reply>> = Object.fromEntries(
  CODES.map(code => [code, engagelabError(code)]),
);
