import type { JsonObject } from '../wire/json.js';
import type { RejectedVerdict, RejectionReason } from '../contract/verdict.js';
import type { VerificationError } from '../errors/verification.error.js';

/** One request to a provider. */
export interface VerificationAttempt {
  /** Milliseconds from the question to this request. */
  readonly afterMs: number;
  readonly durationMs: number;
  /** The reply's status; `undefined` where there was none. */
  readonly status: number | undefined;
  /** The failure on the wire. */
  readonly fault: 'unreachable' | 'timeout' | 'broken' | 'oversize' | undefined;
}

/**
 * One verification, whoever asked for it (a guard, `VerificationService` or a provider's own service), or a change of
 * a provider's breaker.
 */
export type VerificationEvent =
  | {
      /** A provider's circuit breaker changed: calls are refused while it is `open`; one may try when `half_open`. */
      readonly outcome: 'breaker';
      readonly provider: string;
      readonly state: 'closed' | 'open' | 'half_open';
      /** The account that fails, if a credential is a function: each account has its own breaker. */
      readonly tenant?: string;
    }
  | ({
      readonly provider: string;
      /** Milliseconds from the question to the verdict, retries included. */
      readonly durationMs: number;
      /** Requests made to the provider; 0 when it was not asked. */
      readonly attempts: number;
      /** Each of those requests. */
      readonly trail?: readonly VerificationAttempt[];
      /** The application's name for the request; `correlationId` of the options. */
      readonly correlationId?: string;
      /** The tenant, if `scope` or a credential is a function: the scope, else a keyed hash of the account. */
      readonly tenant?: string;
      /** The verdict's reference; tells nothing about the evidence. */
      readonly reference: string;
    } & (
      | {
          /** The provider confirmed what was demanded. */
          readonly outcome: 'accepted';
          readonly claims: readonly string[];
          /** No call was made: an earlier acceptance of the same visitor still holds. */
          readonly remembered?: boolean;
          /** Checkify's signed audit record, as received. */
          readonly signedResult?: JsonObject;
        }
      | {
          /** The provider said no. */
          readonly outcome: 'rejected';
          readonly reason: RejectionReason;
          readonly details: RejectedVerdict['details'];
        }
      | {
          /** No verdict could be found; `reason` is the error's code. */
          readonly outcome: 'failed';
          readonly reason: VerificationError['code'];
        }
    ));
