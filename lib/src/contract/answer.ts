import type { RejectionDetails, RejectionReason } from './verdict.js';

/** A provider's *yes* with the claims it attests; `Extras` is what else its documentation returns. */
export type Attestation<Extras extends object = object> = {
  readonly outcome: 'attested';
  readonly claims: readonly string[];
  readonly extras: Extras;
  /** When the statement itself ends, where the provider says so. */
  readonly validUntil: Date | undefined;
};

/** A provider's *no*. */
export interface Rejection {
  readonly outcome: 'rejected';
  readonly reason: RejectionReason;
  readonly details: RejectionDetails;
}

/** A provider's reply once it has been read, before it is held against a requirement. */
export type Answer<Extras extends object = object> = Attestation<Extras> | Rejection;

/** Makes a *yes*; `validUntil` is when the provider's statement ends, where it says so. */
export function attest<Extras extends object>(
  claims: readonly string[],
  extras: Extras,
  validUntil?: Date,
): Attestation<Extras> {
  return { outcome: 'attested', claims, extras, validUntil };
}

/** Makes a *no*. */
export function reject(reason: RejectionReason, details: RejectionDetails = {}): Rejection {
  return { outcome: 'rejected', reason, details };
}
