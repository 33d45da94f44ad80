/** The reason of a provider's *no*. */
export type RejectionReason =
  | 'not_verified'
  | 'pending'
  | 'expired'
  | 'replayed'
  | 'expired_or_replayed'
  | 'claim_missing'
  | 'field_missing'
  | 'wrong_code'
  | 'too_many_attempts'
  | 'unknown_evidence'
  | 'other_site'
  | 'malformed_evidence';

/** The provider confirmed everything that was demanded. */
export interface AcceptedVerdict<C extends string = string> {
  readonly outcome: 'accepted';
  readonly provider: string;
  /** Every claim the provider attested, the demanded ones among them. */
  readonly claims: readonly C[];
  /** The same for the same evidence, in verdicts, events and logs; tells nothing about the evidence. */
  readonly reference: string;
  /** `true` where no call was made, because an earlier acceptance of the same visitor still holds. */
  readonly remembered?: boolean;
  /** When the provider's statement ends, where the provider says so. */
  readonly validUntil?: Date;
}

/** The members of an accepted verdict that only its provider has. */
export type ExtrasOf<A extends AcceptedVerdict> = Omit<A, keyof AcceptedVerdict>;

/** The provider answered, and the answer is *no*. */
export interface RejectedVerdict {
  readonly outcome: 'rejected';
  readonly provider: string;
  readonly reason: RejectionReason;
  /** Details for the operator: documented codes and our own demands, never the provider's text. */
  readonly details: {
    /** The provider's own documented code, such as `3003`; of a captcha also what did not match: `action-mismatch`. */
    readonly code?: string | number;
    readonly missingClaims?: readonly string[];
    readonly missingFields?: readonly string[];
    /** An earlier attempt of the same call may have spent the evidence: the answer was lost. */
    readonly indeterminate?: true;
    /** The time to wait before the next try, in milliseconds, if it has to wait. The last guess at a code has it, too. */
    readonly retryAfterMs?: number;
  };
  /** See {@link AcceptedVerdict.reference}. */
  readonly reference: string;
}

/** The result of a verification. A *no* is returned; an outage throws a `VerificationError`. */
export type Verdict<A extends AcceptedVerdict = AcceptedVerdict> = A | RejectedVerdict;
