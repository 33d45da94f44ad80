import type { AgeClaim } from '../../contract/claim.js';
import type { Requirement } from '../../contract/requirement.js';
import type { AcceptedVerdict } from '../../contract/verdict.js';
import type { Check } from '../check.js';

/** The `token_age_verified` of the return URL, and the login that it came back from. */
export type VerifyIdEvidence = {
  readonly token: string;
  /** The login that {@link VerifyIdService.start} started. Without it, the subject's latest login counts. */
  readonly challengeId?: string | undefined;
  /** The device id itself. Keep it in a session: whoever knows it can bring a login of any other shop. */
  readonly deviceId?: string | undefined;
};

/** The members that a route can demand of VerifyID; the claims have no default, because 16 or 18 must be said. */
export interface VerifyIdRequirement extends Requirement<AgeClaim<1, 18>> {
  readonly claims: readonly AgeClaim<1, 18>[];
  /**
   * Names the person whose login it must be, if it was started for a `subject`; on a route, also as a function of the request.
   * @default the subject of `remember`
   */
  readonly subject?: string | undefined;
  /** `true` if a device id of the browser counts. @default `acceptDeviceId` of the options */
  readonly acceptDeviceId?: boolean | undefined;
}

/** VerifyID's *yes*. */
export interface VerifyIdVerdict extends AcceptedVerdict<AgeClaim<1, 18>> {
  /** The documented threshold the person is over; not the person's age. */
  readonly age: 16 | 18;
}

/** A requirement, checked. */
export interface VerifyIdCheck extends Check {
  readonly subject: string | undefined;
  readonly acceptDeviceId: boolean;
}

/** The options of a login. */
export interface VerifyIdStartRequest {
  /** The page the person comes back to, with `token_age_verified` and `challenge_id` in the query, whatever the outcome. */
  readonly returnUrl: string;
  readonly minimumAge: 16 | 18;
  readonly method: 'mitid' | 'bankid';
  /** The visitor of the login, such as a session or an account. Nobody else can use it. @default nobody */
  readonly subject?: string | undefined;
}

/** A login to send the person to. */
export interface VerifyIdStart {
  readonly url: string;
  /** Comes back in the return URL, and may be seen by anybody. */
  readonly challengeId: string;
  /** A UUID4 made here. The challenge keeps it; nobody else needs it. */
  readonly deviceId: string;
}
