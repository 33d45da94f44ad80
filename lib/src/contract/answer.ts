import type { RejectionDetails, RejectionReason } from './verdict.js';

/** A provider's *yes* with the claims it attests; `Extras` is what else its documentation returns. */
export type Attestation<Extras extends object = object> = {
  readonly outcome: 'attested';
  readonly claims: readonly string[];
  readonly extras: Extras;
  /** When the statement itself ends, where the provider says so. */
  readonly validUntil?: Date;
};

/** A provider's *no*. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly reason: RejectionReason;
  readonly details: RejectionDetails;
}

/** A provider's reply once it has been read: what it states, before it is held against a requirement. */
export type Answer<Extras extends object = object> = Attestation<Extras> | Refusal;

/** Makes a *yes*; `validUntil` where the provider says when its statement ends. */
export function attest<Extras extends object>(
  claims: readonly string[],
  extras: Extras,
  validUntil?: Date,
): Attestation<Extras> {
  if (validUntil === undefined) return { outcome: 'attested', claims, extras };
  return { outcome: 'attested', claims, extras, validUntil };
}

/** Makes a *no*. */
export function refuse(reason: RejectionReason, details: RejectionDetails = {}): Refusal {
  return { outcome: 'refused', reason, details };
}
