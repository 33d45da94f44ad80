import { json, type Reply } from '../http/reply.js';

// Codes, statuses and meanings: the error table of Checkify's server verification page.
const DOCUMENTED = {
  missing_authorization: [401, 'No Authorization header was sent.'],
  invalid_token: [401, 'The bearer token is not a valid site API key.'],
  expired_token: [401, 'The site API key has been revoked.'],
  missing_required_field: [400, 'request_id or token is required.'],
  invalid_request_id: [400, 'The verification reference could not be parsed.'],
  result_not_found: [404, 'No verification request exists for this reference.'],
  result_expired: [410, 'The verification was completed too long ago.'],
  verification_failed: [403, 'The verification did not meet the requirements.'],
  business_not_operational: [403, 'The business account is not operational.'],
  validation_errors: [422, 'The request body failed validation.'],
  rate_limited: [429, 'Too many verify calls.'],
  server_error: [500, 'Checkify could not complete verification.'],
} as const;

const ERRORS = {
  ...DOCUMENTED,
  // The document of /start has no codes: an unregistered domain "returns HTTP 403".
  domain_not_allowed: [403, 'The request domain is not one of the site’s allowed domains.'],
  pass_not_found: [404, 'No such Pass.'],
} as const;

/** Checkify's error envelope with the code's documented status, unless another documented one is given. */
export function checkifyError(
  code: keyof typeof ERRORS,
  details: Readonly<Record<string, unknown>> = {},
  { status, headers }: { status?: number; headers?: Reply['headers'] } = {},
): Reply {
  const [documented, message] = ERRORS[code];
  return json(status ?? documented, { success: false, error: { code, message, details } }, headers);
}

/** The errors of the documented table, by code. A result that was used has its code under another status. */
export const CHECKIFY_ERRORS: Readonly<Record<string, Reply>> = {
  ...Object.fromEntries(
    Object.keys(DOCUMENTED).map(code => [code, checkifyError(code as keyof typeof DOCUMENTED)]),
  ),
  already_consumed: alreadyConsumed(),
};

/** The errors of `/start`. */
export const CHECKIFY_START_ERRORS: Readonly<Record<string, Reply>> = {
  domain_not_allowed: checkifyError('domain_not_allowed'),
  pass_not_found: checkifyError('pass_not_found'),
};

export function alreadyConsumed(): Reply {
  return checkifyError('verification_failed', { reason: 'already_consumed' }, { status: 409 });
}
