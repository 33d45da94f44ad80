import { json, type Reply } from '../http/reply.js';

const STATUSES = {
  auth_required: 401,
  auth_invalid: 401,
  sitekey_invalid: 400,
  response_missing: 400,
  bad_request: 400,
  response_invalid: 200,
  response_timeout: 200,
  response_duplicate: 200,
  internal_server_error: 500,
} as const;

/** The error table of Friendly Captcha's siteverify page, and the error of its client library for an outage. */
export const FRIENDLY_CAPTCHA_ERRORS = Object.fromEntries(
  Object.entries(STATUSES).map(([error_code, status]) => {
    return [error_code, json(status, { success: false, error: { error_code, detail: error_code } })];
  }),
) as Record<keyof typeof STATUSES, Reply>;
