import type {
  EvidenceOf,
  NeedsRequirement,
  PerRequestOf,
  ProviderName,
  RequirementOf,
} from '../providers/provider-types.js';
import { addDemand } from '../route/demand-metadata.js';
import type { PerRequest } from '../verification/planned-check.js';
import { alternativeOf, type Alternative, type RouteOptions } from '../route/demand.js';

/** A requirement of one provider with the route's options. */
export type RouteRequirement<N extends ProviderName> = Omit<RequirementOf<N>, PerRequestOf<N>> & {
  readonly [M in PerRequestOf<N>]?: RequirementOf<N>[M] | PerRequest<RequirementOf<N>[M]>;
} & RouteOptions<Partial<EvidenceOf<N>>>;

type Written<N extends ProviderName> =
  NeedsRequirement<N> extends true ? [RouteRequirement<N>] : [RouteRequirement<N>?];

type AnyProvider = {
  [N in ProviderName]: readonly [provider: N, ...requirement: Written<N>];
}[ProviderName];

/**
 * Lets a route, or every route of a controller, run only when the provider confirms the requirement. Demands add
 * up, on class and method and repeated; a `VerificationGuard` must cover the route, or the application does not start.
 *
 * @example
 * `@RequireVerification('checkify', { claims: ['age_over_18'], body: OrderDto })`
 * `pay(@Body() order: OrderDto, @Verified('checkify') verified: CheckifyVerdict) {}`
 */
export function RequireVerification<N extends ProviderName>(
  provider: N,
  ...[requirement]: Written<N>
): ClassDecorator & MethodDecorator {
  return demanding([alternativeOf(provider, requirement)]);
}

/**
 * Lets a route run when any one of several providers confirms what is demanded of it. The first whose evidence is
 * complete is asked, and the evidence of no other is spent; adds up with {@link RequireVerification}.
 *
 * @example
 * `@RequireAnyVerification(['verifyid', { claims: ['age_over_18'] }], ['checkify', { claims: ['age_over_18'] }])`
 */
export function RequireAnyVerification(
  ...alternatives: readonly [AnyProvider, ...AnyProvider[]]
): ClassDecorator & MethodDecorator {
  return demanding(alternatives.map(([provider, requirement]) => alternativeOf(provider, requirement)));
}

function demanding(anyOf: readonly Alternative[]): ClassDecorator & MethodDecorator {
  const demand = { anyOf };
  return (target: object, method?: string | symbol, descriptor?: PropertyDescriptor) => {
    const on = typeof target === 'function' ? target : target.constructor;
    addDemand(on as new () => unknown, method, demand, descriptor?.value);
  };
}
