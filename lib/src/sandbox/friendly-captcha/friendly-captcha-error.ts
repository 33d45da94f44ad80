import { json, type Reply } from '../http/reply.js';

const ERRORS = {
  auth_required: [401, 'The call has no API key.'],
  auth_invalid: [401, 'The API key is wrong.'],
  sitekey_invalid: [400, 'The site key is wrong.'],
  response_missing: [400, 'The call has no token.'],
  bad_request: [400, 'The call is malformed.'],
  response_invalid: [200, 'The token is unknown.'],
  response_timeout: [200, 'The token is too old.'],
  response_duplicate: [200, 'The token was used before.'],
  internal_server_error: [500, 'The API failed.'],
} as const;

/** The error table of Friendly Captcha's siteverify page, and the error of its client library for an outage. */
export const FRIENDLY_CAPTCHA_ERRORS = Object.fromEntries(
  Object.entries(ERRORS).map(([error_code, [status, detail]]) => {
    return [error_code, json(status, { success: false, error: { error_code, detail } })];
  }),
) as Record<keyof typeof ERRORS, Reply>;
