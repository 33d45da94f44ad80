// The public API, in the order of the flow. Parts for providers of your own are in `nestjs-verification/provider`.
export { VerificationModule } from './verification.module.js';
export type { VerificationOptionsFactory } from './options/module-definition.js';
export type { VerificationModuleOptions } from './options/verification.options.js';

export {
  RequireAnyVerification,
  RequireVerification,
  type RouteRequirement,
} from './decorators/require-verification.decorator.js';
export { RunsGuards } from './decorators/runs-guards.decorator.js';
export { SkipVerification } from './decorators/skip-verification.decorator.js';
export { Verified } from './decorators/verified.decorator.js';
export { VerificationGuard } from './guard/verification.guard.js';
export { VerificationErrorFilter } from './guard/response/verification-error.filter.js';
export { VerificationException, type VerificationResponse } from './errors/verification.exception.js';
export type { VerificationResponseCode } from './errors/responses.js';

export { VerificationService } from './verification/verification.service.js';
export type { VerificationEvent } from './events/verification.event.js';

export { CheckifyService } from './providers/checkify/checkify.service.js';
export type {
  CheckifyEvidence,
  CheckifyRequirement,
  CheckifyVerdict,
} from './providers/checkify/checkify.types.js';
export type { CheckifySessionRequest } from './providers/checkify/checkify.session.js';
export { EngageLabOtpService } from './providers/engagelab/engagelab.service.js';
export type {
  OtpEvidence as EngageLabOtpEvidence,
  OtpRequirement as EngageLabOtpRequirement,
  OtpVerdict as EngageLabOtpVerdict,
} from './providers/otp/otp.types.js';
export type { EngageLabOtpChallenge, EngageLabOtpMessage } from './providers/engagelab/engagelab.types.js';
export {
  HumanProofService,
  type HumanProofEvidence,
  type HumanProofVerdict,
} from './providers/humanproof/humanproof.service.js';
export { VerifyIdService } from './providers/verifyid/verifyid.service.js';
export type {
  VerifyIdEvidence,
  VerifyIdRequirement,
  VerifyIdStart,
  VerifyIdStartRequest,
  VerifyIdVerdict,
} from './providers/verifyid/verifyid.types.js';

export type {
  AcceptedVerdictOf,
  ClaimOf,
  CustomVerificationProviders,
  EvidenceOf,
  ProviderName,
} from './providers/provider-types.js';
export type { Claim } from './contract/claim.js';
export type { AcceptedVerdict, RejectedVerdict, RejectionReason, Verdict } from './contract/verdict.js';

export {
  ConfigurationError,
  EvidenceMissingError,
  ProviderProtocolError,
  ProviderRateLimitedError,
  ProviderRefusedError,
  ProviderUnavailableError,
  RecipientLimitedError,
  RecipientMalformedError,
  RecipientRejectedError,
  VerificationError,
} from './errors/verification.error.js';

export { VerificationHttpService } from './http/verification-http.service.js';
export type { HttpOptions } from './http/http.options.js';

export { StateStore } from './store/state.store.js';
export { InMemoryStateStore } from './store/in-memory-state.store.js';
