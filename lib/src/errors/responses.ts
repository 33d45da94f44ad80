import type { RejectionReason } from '../contract/verdict.js';

// The one place that decides what a client is told. A code is a row here, and every reason and error has a code.

/**
 * Every response code: its HTTP status, the default message, the description in OpenAPI documents, and
 * whether they mention `Retry-After`. A new one needs a row here, words in the sample app, and a row in the README.
 */
export const RESPONSES = {
  verification_required: {
    status: 403,
    message: 'Verification required',
    description: 'Verification is required.',
    retryAfter: false,
  },
  verification_rejected: {
    status: 403,
    message: 'Verification could not be completed for this action.',
    description: 'Verification could not be completed.',
    retryAfter: false,
  },
  verification_pending: {
    status: 403,
    message: 'Verification could not be completed for this action.',
    description: 'Verification is not finished.',
    retryAfter: false,
  },
  recipient_malformed: {
    status: 400,
    message: 'Enter a phone number with its country code, such as +45 20 12 34 56, or an e-mail address.',
    description: 'The recipient of a code can be none.',
    retryAfter: false,
  },
  verification_limited: {
    status: 429,
    message: 'Too many requests. Please wait a moment and try again.',
    description: 'Too many attempts.',
    retryAfter: true,
  },
  verification_unavailable: {
    status: 503,
    message: 'Verification is temporarily unavailable. Please try again.',
    description: 'Verification is temporarily unavailable.',
    retryAfter: true,
  },
} as const satisfies Readonly<
  Record<string, { status: number; message: string; description: string; retryAfter: boolean }>
>;

/** The codes that a client can be told. */
export type VerificationResponseCode = keyof typeof RESPONSES;

/** All response codes, in the order of the table. */
export const RESPONSE_CODES = Object.keys(RESPONSES) as readonly VerificationResponseCode[];

/** The code that a rejection is answered with. */
export const CODE_OF_REASON: Readonly<Record<RejectionReason, VerificationResponseCode>> = {
  not_verified: 'verification_rejected',
  pending: 'verification_pending',
  expired: 'verification_rejected',
  replayed: 'verification_rejected',
  expired_or_replayed: 'verification_rejected',
  claim_missing: 'verification_rejected',
  field_missing: 'verification_rejected',
  wrong_code: 'verification_rejected',
  too_many_attempts: 'verification_limited',
  unknown_evidence: 'verification_rejected',
  other_site: 'verification_rejected',
  malformed_evidence: 'verification_rejected',
};

/** The code that an error is answered with; its keys are the codes of `VerificationError`. */
export const CODE_OF_ERROR = {
  evidence_missing: 'verification_required',
  recipient_malformed: 'recipient_malformed',
  recipient_rejected: 'verification_rejected',
  recipient_limited: 'verification_limited',
  provider_unavailable: 'verification_unavailable',
  provider_rate_limited: 'verification_unavailable',
  provider_protocol: 'verification_unavailable',
  provider_refused: 'verification_unavailable',
  configuration: 'verification_unavailable',
} as const satisfies Readonly<Record<string, VerificationResponseCode>>;
