import type { RejectedVerdict } from './verdict.js';

/** A provider's *no*. */
export type Rejection = Pick<RejectedVerdict, 'outcome' | 'reason' | 'details'>;

/**
 * A provider's reply once it has been read, before it is held against a requirement: a *no*, or a *yes* with the claims
 * it attests. `Extras` are the other members that its documentation returns.
 */
export type Answer<Extras extends object = object> =
  | Rejection
  | {
      readonly outcome: 'attested';
      readonly claims: readonly string[];
      readonly extras: Extras;
      /** When the statement itself ends, where the provider says so. */
      readonly validUntil: Date | undefined;
    };

/** Makes a *yes*; `validUntil` is when the provider's statement ends, where it says so. */
export function attest<Extras extends object>(
  claims: readonly string[],
  extras: Extras,
  validUntil?: Date,
): Extract<Answer<Extras>, { outcome: 'attested' }> {
  return { outcome: 'attested', claims, extras, validUntil };
}

/** Makes a *no*. */
export function reject(reason: Rejection['reason'], details: Rejection['details'] = {}): Rejection {
  return { outcome: 'rejected', reason, details };
}
