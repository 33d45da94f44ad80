import type { AgeClaim } from '../../contract/claim.js';
import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict } from '../../contract/verdict.js';
import type { JsonObject } from '../../wire/json.js';
import type { Check } from '../check.js';

/** The claims that Checkify attests. Age thresholds run from 10 to 110. */
export type CheckifyClaim = 'human_verified' | AgeClaim<10, 110>;

/** The browser's reference: the `request_id` of a session, or the legacy poll token. */
export type CheckifyEvidence =
  | { readonly requestId: string; readonly token?: undefined }
  | { readonly token: string; readonly requestId?: undefined };

/** The members that a route can demand of Checkify. */
export interface CheckifyRequirement extends Requirement<CheckifyClaim> {
  /** @default ['human_verified'] */
  readonly claims?: readonly ('human_verified' | AgeClaim<10, 110>)[] | undefined;
  /** Identity fields that the person must have approved, such as `country`. @default [] */
  readonly fields?: readonly string[] | undefined;
  /** `true` if a *yes* uses the result up; `false` only for checks that will be repeated. @default true */
  readonly consume?: boolean | undefined;
  /**
   * Names the person whose session it must be, if `startSession` started it for a `subject`. On a route, it may be a
   * function of the request. @default the subject of `remember`
   */
  readonly subject?: string | undefined;
}

/** Checkify's *yes*. */
export interface CheckifyVerdict extends AcceptedVerdict<CheckifyClaim> {
  readonly requestId: string | undefined;
  readonly siteId: string | undefined;
  readonly businessId: string | undefined;
  /** The fields as received: Checkify documents no type for them. A field that you demand was approved. */
  readonly approvedFields: readonly unknown[];
  /** The signed audit record, as received; Checkify publishes no key to verify it with. */
  readonly signedResult: JsonObject | undefined;
}

/** A requirement in the words of the verify call. */
export interface CheckifyCheck extends Check {
  readonly fields: readonly string[];
  readonly consume: boolean;
  /** `undefined` if any session counts; then none is looked up. */
  readonly subject: string | undefined;
  readonly bodyTail: string;
}
