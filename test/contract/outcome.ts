import {
  VerificationError,
  type RejectedVerdict,
  type RejectionReason,
  type Verdict,
} from 'nestjs-verification';

/** What became of one verification, in a form that tests can compare. */
export type Outcome =
  | { readonly outcome: 'accepted'; readonly claims: readonly string[] }
  | {
      readonly outcome: 'rejected';
      readonly reason: RejectionReason;
      readonly details: RejectedVerdict['details'];
    }
  | {
      readonly outcome: 'failed';
      readonly error: string;
      readonly code: VerificationError['code'];
      readonly retryAfterMs?: number;
    };

/** Waits for a verification; an error that is not a `VerificationError` is thrown on, and fails the test. */
export async function outcomeOf(verification: Promise<Verdict>): Promise<Outcome> {
  try {
    const verdict = await verification;
    return verdict.outcome === 'accepted'
      ? { outcome: 'accepted', claims: verdict.claims }
      : { outcome: 'rejected', reason: verdict.reason, details: verdict.details };
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    const { name, code, retryAfterMs } = error;
    return { outcome: 'failed', error: name, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}

/** A *yes* to these claims. */
export function accepted(...claims: readonly string[]): Outcome {
  return { outcome: 'accepted', claims };
}

/** A *no*. */
export function rejected(reason: RejectionReason, details: RejectedVerdict['details'] = {}): Outcome {
  return { outcome: 'rejected', reason, details };
}

const ERRORS = {
  evidence_missing: 'EvidenceMissingError',
  recipient_malformed: 'RecipientMalformedError',
  recipient_rejected: 'RecipientRejectedError',
  recipient_limited: 'RecipientLimitedError',
  provider_unavailable: 'ProviderUnavailableError',
  provider_rate_limited: 'ProviderRateLimitedError',
  provider_protocol: 'ProviderProtocolError',
  provider_refused: 'ProviderRefusedError',
  configuration: 'ConfigurationError',
} as const satisfies Record<VerificationError['code'], string>;

/** An error: no verdict could be found. */
export function failed(code: VerificationError['code'], retryAfterMs?: number): Outcome {
  return {
    outcome: 'failed',
    error: ERRORS[code],
    code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
