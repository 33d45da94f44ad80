// The export `nestjs-verification/provider`: the parts that providers and stores of your own are made of.
export { VerificationProvider } from '../providers/verification.provider.js';
export { HttpProvider } from '../providers/http.provider.js';
export { OtpProvider } from '../providers/otp/otp.provider.js';
export {
  OtpOptions,
  type RequesterLimitOptions,
  type SendLimitOptions,
} from '../providers/otp/otp.options.js';
export type { OtpChallenge, OtpMessage, OtpRequest } from '../providers/otp/otp.types.js';
export type { Check } from '../providers/check.js';
export { DeclaredEvidence, inBody, inQuery, type EvidenceMember } from '../providers/declared-evidence.js';
export { demandedClaims } from '../providers/claims.js';
export type { Account, Credential } from '../providers/account.js';
export {
  IsBaseUrl,
  IsCredential,
  ProviderOptions,
  type ProviderClass,
} from '../providers/provider.options.js';
export type { ProvidersOptions, RequirementOf } from '../providers/provider-types.js';

export { attest, reject, type Answer, type Rejection } from '../contract/answer.js';
export type { AgeClaim } from '../contract/claim.js';
export type { Evidence, EvidenceSource } from '../contract/evidence.js';
export type { Requirement } from '../contract/requirement.js';
export type { ExtrasOf } from '../contract/verdict.js';
export { expectKnownMembers } from '../errors/known-members.js';
export { CallRecord, type CallContext, type CallOptions, type Inquiry } from '../events/call-record.js';
export type { VerificationAttempt } from '../events/verification.event.js';

export { HttpClient } from '../http/client.js';
export { HttpClients } from '../http/clients.js';
export type { BreakerOptions } from '../http/http.options.js';
export type { ProviderReply } from '../http/provider-reply.js';
export type { WireRequest } from '../http/wire-request.js';
export { asObject, member, stringMember, stringsMember, type JsonObject } from '../wire/json.js';
export { pathOf } from '../wire/url.js';

export type { Bucket } from '../store/bucket.js';
export type { StoredRecord } from '../store/stored-record.js';
