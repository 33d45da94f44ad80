import type { Requirement } from '../contract/requirement.js';
import type { Check, VerificationProvider } from '../providers/verification.provider.js';
import type { BodyValidator } from './body/body.validator.js';
import type { PerRequest, RouteOptions } from './demand.js';

/** One question that a handler may ask before it runs. */
export interface RouteCheck {
  readonly provider: VerificationProvider;
  readonly requirement: Requirement;
  readonly check: Check;
  /** In place of `VerificationProvider.readEvidence`. */
  readonly evidence: RouteOptions['evidence'];
  /** Members of the requirement that differ from request to request. */
  readonly perRequest: ReadonlyMap<string, PerRequest> | undefined;
  readonly remember: Memory | undefined;
  /** Whether a proof may pass the route only once. */
  readonly once: boolean;
}

/** For how long, and whose, an acceptance is remembered. */
export interface Memory {
  readonly forMs: number;
  readonly subject: PerRequest<string | undefined>;
  /** The claims that have to be remembered. */
  readonly claims: readonly string[];
  /** What sets the requirement apart besides its claims. */
  readonly scope: string;
}

/** Everything a handler demands, compiled once. */
export interface RoutePlan {
  /** The handler's name, the same in every instance of the application. */
  readonly route: string;
  /** The handler's forms. */
  readonly forms: readonly BodyValidator[];
  /** All must be met, each by one of its checks. */
  readonly demands: readonly (readonly RouteCheck[])[];
  /** Whether a proof may pass only once. */
  readonly once: boolean;
  /** The names of all providers that may be asked. */
  readonly providers: ReadonlySet<string>;
}
