import type {
  AcceptedVerdictOf,
  EvidenceOf,
  NeedsRequirement,
  PerRequestOf,
  ProviderName,
  RequirementOf,
} from '../providers/provider-types.js';
import { addDemand } from '../route/demand-metadata.js';
import type { PerRequest } from '../verification/planned-check.js';
import { alternativeOf, type Alternative, type RouteOptions } from '../route/demand.js';
import type { DemandOnClass, DemandOnMethod } from './demand.decorator.js';

/** A requirement of one provider with the route's options; `When` is what its `when` returns. */
export type RouteRequirement<N extends ProviderName, When extends boolean = boolean> = Omit<
  RequirementOf<N>,
  PerRequestOf<N>
> & {
  readonly [M in PerRequestOf<N>]?: RequirementOf<N>[M] | PerRequest<RequirementOf<N>[M]>;
} & RouteOptions<Partial<EvidenceOf<N>>, When>;

type Written<N extends ProviderName, When extends boolean> =
  NeedsRequirement<N> extends true ? [RouteRequirement<N, When>] : [RouteRequirement<N, When>?];

type OneOf<N extends ProviderName, When extends boolean> = readonly [provider: N, ...rest: unknown[]] &
  { [M in ProviderName]: readonly [provider: M, ...requirement: Written<M, When>] }[ProviderName];

type MaybeDemand<N extends ProviderName, None> = DemandOnClass<AnyVerdictOf<N>, None> &
  DemandOnMethod<AnyVerdictOf<N>, None>;

type AnyVerdictOf<N extends ProviderName> = { [M in N]: AcceptedVerdictOf<M> }[N];

/**
 * Lets a route, or every route of a controller, run only if the provider confirms the requirement. Demands on class
 * and method add up. A `VerificationGuard` must cover the route, or the application does not start.
 *
 * @example
 * `@RequireVerification('checkify', { claims: ['age_over_18'], body: OrderDto })`
 * `pay(@Body() order: OrderDto, @Verified('checkify') verified: CheckifyVerdict) {}`
 */
export function RequireVerification<N extends ProviderName, When extends boolean = never>(
  provider: N,
  ...[requirement]: Written<N, When>
): [When] extends [never] ? ClassDecorator & MethodDecorator : MaybeDemand<N, undefined> {
  return demanding([alternativeOf(provider, requirement)]);
}

/**
 * Lets a route run if any one of several providers confirms its requirement. The guard asks the first provider whose
 * evidence is complete, and spends no other evidence. Demands add up with {@link RequireVerification}.
 *
 * @example
 * `@RequireAnyVerification(['verifyid', { claims: ['age_over_18'] }], ['checkify', { claims: ['age_over_18'] }])`
 */
export function RequireAnyVerification<N extends ProviderName, When extends boolean = never>(
  ...alternatives: readonly [OneOf<N, When>, ...OneOf<N, When>[]]
): MaybeDemand<N, [When] extends [never] ? never : undefined> {
  return demanding(alternatives.map(([provider, requirement]) => alternativeOf(provider, requirement)));
}

function demanding(anyOf: readonly Alternative[]): never {
  const demand = { anyOf };
  const decorate = (target: object, method?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const on = typeof target === 'function' ? target : target.constructor;
    addDemand(on as new () => unknown, method, demand, descriptor?.value);
  };
  return decorate as never; // the types of both decorators say what it may decorate
}
