import type { ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
import type {
  AcceptedVerdictOf,
  EvidenceOf,
  PerRequestOf,
  ProviderName,
  RequirementOf,
} from '../providers/provider-types.js';
import { addDemand } from '../route/demand-metadata.js';
import { alternativeOf, type Alternative, type RouteOptions } from '../route/demand.js';
import { asObject } from '../wire/json.js';
import type { ClassDecorator as OnClass, MethodDecorator as OnMethod } from './demand.decorator.js';

/** A requirement of one provider with the route's options; `When` is what its `when` returns. */
export type RouteRequirement<N extends ProviderName, When extends boolean = boolean> = Omit<
  RequirementOf<N>,
  PerRequestOf<N>
> & {
  readonly [M in PerRequestOf<N>]?:
    RequirementOf<N>[M] | ((context: ExecutionContext) => RequirementOf<N>[M] | Promise<RequirementOf<N>[M]>);
} & RouteOptions<Partial<EvidenceOf<N>>, When>;

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
  ...[requirement]: N extends ProviderName
    ? object extends RouteRequirement<N>
      ? [requirement?: RouteRequirement<N, When>]
      : [requirement: RouteRequirement<N, When>]
    : never
): [When] extends [never]
  ? ClassDecorator & MethodDecorator
  : OnClass<AcceptedVerdictOf<N> | undefined> & OnMethod<AcceptedVerdictOf<N> | undefined> {
  expectCalled(provider, requirement);
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
  first: N extends ProviderName
    ? readonly [
        provider: N,
        ...requirement: object extends RouteRequirement<N>
          ? [requirement?: RouteRequirement<N, When>]
          : [requirement: RouteRequirement<N, When>],
      ]
    : never,
  ...others: (N extends ProviderName
    ? readonly [
        provider: N,
        ...requirement: object extends RouteRequirement<N>
          ? [requirement?: RouteRequirement<N, When>]
          : [requirement: RouteRequirement<N, When>],
      ]
    : never)[]
): OnClass<AcceptedVerdictOf<N> | ([When] extends [never] ? never : undefined)> &
  OnMethod<AcceptedVerdictOf<N> | ([When] extends [never] ? never : undefined)> {
  expectCalled(first, others[0]);
  const alternatives = [first, ...others].flatMap((each: readonly [ProviderName, object?] | undefined) => {
    if (each === undefined) return []; // the boot tells whoever names none
    const [provider, requirement] = Array.isArray(each) ? each : [each as never]; // a name alone, in JavaScript
    return [alternativeOf(provider, requirement)];
  });
  return demanding(alternatives);
}

/** Without its parentheses, a decorator gets what it decorates in place of a name, and would demand nothing. */
function expectCalled(first: unknown, second: unknown): void {
  const isKey = typeof second === 'string' || typeof second === 'symbol';
  const isTarget = typeof first === 'function' || (isKey && asObject(first) !== undefined);
  if (!isTarget) return;
  throw new ConfigurationError("A demand needs the name of a provider. Write @RequireVerification('…').");
}

function demanding(anyOf: readonly Alternative[]): never {
  const demand = { anyOf };
  const decorate = (target: object, method?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const on = typeof target === 'function' ? target : target.constructor;
    addDemand(on as new () => unknown, method, demand, descriptor?.value);
  };
  return decorate as never; // the types of both decorators say what it may decorate
}
