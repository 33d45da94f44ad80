import { json, type Reply } from '../http/reply.js';

/** An answer that is no success. Error texts are free and for logs only. */
export function humanproofError(status: number, error: string): Reply {
  return json(status, { success: false, error });
}

/** The answers of the status table of HumanProof's siteverify page, by status. */
export const HUMANPROOF_ERRORS = {
  200: humanproofError(200, 'Token not found'),
  401: humanproofError(401, 'Secret is invalid or revoked'),
  402: humanproofError(402, 'Billing blocks verification'),
  403: humanproofError(403, 'Project is suspended'),
  422: humanproofError(422, 'Project engine is not configured'),
  429: humanproofError(429, 'Rate limit exceeded'),
  503: humanproofError(503, 'Temporarily unavailable'),
} as const;
