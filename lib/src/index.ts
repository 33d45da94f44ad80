// The public API, in the order of the flow.
export { VerificationModule } from './verification.module.js';
export type { VerificationOptionsFactory } from './verification.module-definition.js';
export type { ProvidersOptions, VerificationModuleOptions } from './verification.options.js';

export {
  RequireAnyVerification,
  RequireVerification,
  type RouteRequirement,
  type VerificationAlternative,
} from './guard/require-verification.decorator.js';
export type { PerRequest, Remember, RouteOptions } from './guard/demand.js';
export { RunsGuards } from './guard/runs-guards.decorator.js';
export { Verified } from './guard/verified.decorator.js';
export { VerificationGuard } from './guard/verification.guard.js';
export { VerificationErrorFilter } from './guard/response/verification-error.filter.js';
export {
  VerificationException,
  type VerificationResponse,
  type VerificationResponseCode,
} from './guard/response/verification.exception.js';
export type { VerificationMessage } from './guard/response/response.policy.js';

export { VerificationService } from './verification/verification.service.js';
export type {
  AcceptedEvent,
  BreakerEvent,
  FailedEvent,
  RejectedEvent,
  VerificationAttempt,
  VerificationEvent,
} from './events/verification.event.js';

export { CheckifyService } from './providers/checkify/checkify.service.js';
export type {
  CheckifyClaim,
  CheckifyEvidence,
  CheckifyExtras,
  CheckifyQuestion,
  CheckifyRequirement,
  CheckifyVerdict,
} from './providers/checkify/checkify.question.js';
export type {
  CheckifySession,
  CheckifySessionReference,
  CheckifySessionRequest,
  CheckifySessionStatus,
} from './providers/checkify/checkify.session.js';
export { EngageLabOtpService } from './providers/engagelab/engagelab.service.js';
export type {
  EngageLabOtpChallenge,
  EngageLabOtpEvidence,
  EngageLabOtpMessage,
  EngageLabOtpRequirement,
  EngageLabOtpVerdict,
} from './providers/engagelab/engagelab.question.js';
export {
  HumanProofService,
  type HumanProofEvidence,
  type HumanProofRequirement,
  type HumanProofVerdict,
} from './providers/humanproof/humanproof.service.js';
export {
  VerifyIdService,
  type VerifyIdClaim,
  type VerifyIdEvidence,
  type VerifyIdRequirement,
  type VerifyIdStart,
  type VerifyIdStartRequest,
  type VerifyIdVerdict,
} from './providers/verifyid/verifyid.service.js';
export type { VerifyIdAge } from './providers/verifyid/verifyid.wire.js';

// For providers of your own.
export {
  VerificationProvider,
  type Check,
  type ExtrasOf,
  type Remembered,
  type VerifyOptions,
} from './providers/verification.provider.js';
export { HttpVerificationProvider } from './providers/http-verification.provider.js';
export { demandedClaims, type ClaimVocabulary, type Question } from './providers/question.js';
export type {
  AcceptedVerdictOf,
  ClaimOf,
  CustomVerificationProviders,
  EvidenceOf,
  ProviderName,
  RequirementOf,
} from './providers/provider.types.js';
export { attest, refuse, type Answer, type Attestation, type Refusal } from './contract/answer.js';
export type { AgeClaim, Claim } from './contract/claim.js';
export type { Duration } from './contract/duration.js';
export { evidenceField, type Evidence, type EvidenceSource } from './contract/evidence.js';
export type { Requirement } from './contract/requirement.js';
export type {
  AcceptedVerdict,
  RejectedVerdict,
  RejectionDetails,
  RejectionReason,
  Verdict,
} from './contract/verdict.js';

export {
  ConfigurationError,
  EvidenceMissingError,
  ProviderProtocolError,
  ProviderRateLimitedError,
  ProviderRefusedError,
  ProviderUnavailableError,
  RecipientLimitedError,
  RecipientRejectedError,
  VerificationError,
} from './errors/verification.error.js';

export { VerificationHttpService } from './http/verification-http.service.js';
export { VerificationHttp } from './http/verification-http.js';
export { VerificationHttpClient } from './http/verification-http.client.js';
export type { BreakerState } from './http/circuit.breaker.js';
export type { BreakerOptions, HttpOptions } from './http/http.options.js';
export type { Inquiry } from './http/inquiry.js';
export type { ProviderReply } from './http/provider.reply.js';
export type { WireRequest } from './http/wire.request.js';
export { asObject, member, stringMember, stringsMember, type JsonObject } from './wire/json.js';
export { pathOf } from './wire/url.js';

export { StateStore } from './store/state.store.js';
export { InMemoryStateStore, type InMemoryStateStoreOptions } from './store/in-memory.state-store.js';
