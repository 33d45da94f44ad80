import type * as builtIn from './built-in.js';
import type { Requirement } from '../contract/requirement.js';
import type { VerificationProvider } from './verification.provider.js';

/**
 * Names and classes of the application's own providers, added by declaration merging:
 * `declare module 'nestjs-verification' { interface CustomVerificationProviders { acme: typeof AcmeService } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a target for declaration merging
export interface CustomVerificationProviders {}

type Classes = CustomVerificationProviders & typeof builtIn;

/** The services; an application may also name the type of the service alone, which has no options. */
type Providers = {
  [N in keyof Classes]: Classes[N] extends abstract new (...args: never[]) => infer P ? P : Classes[N];
};

/** The options of every provider whose class has some; what code leaves out comes from the environment. */
export type ProvidersOptions = {
  [N in keyof Classes as Classes[N] extends { readonly Options: object } ? N : never]?: Classes[N] extends {
    readonly Options: abstract new (...args: never[]) => infer O;
  }
    ? Partial<O> | undefined
    : never;
};

/** The providers that a route can name. Looked up in a member, so that errors list the names. */
export type ProviderName = { [N in keyof Providers]: { name: N } }[keyof Providers]['name'];

/** The evidence that the browser must bring for a provider. */
export type EvidenceOf<N extends ProviderName> =
  Providers[N] extends VerificationProvider<infer E, infer _R, infer _A, infer _C> ? E : never;

/** The members that a route can demand of a provider. */
export type RequirementOf<N extends ProviderName> =
  Providers[N] extends VerificationProvider<infer _E, infer R extends Requirement, infer _A, infer _C>
    ? R
    : never;

/** A provider's *yes*. */
export type AcceptedVerdictOf<N extends ProviderName> = {
  [M in N]: Providers[M] extends VerificationProvider<infer _E, infer _R, infer A, infer _C> ? A : never;
}[N];

/** The claims a provider can attest. */
export type ClaimOf<N extends ProviderName> = AcceptedVerdictOf<N>['claims'][number];

/** Members of a requirement that a route may give as a function of the request. */
export type PerRequestOf<N extends ProviderName> = Providers[N] extends { perRequest: readonly (infer M)[] }
  ? string extends M
    ? never
    : Extract<M, keyof RequirementOf<N>>
  : never;
