import type { ExecutionContext } from '@nestjs/common';
import type {
  EvidenceOf,
  NeedsRequirement,
  ProviderName,
  RequirementOf,
} from '../providers/provider.types.js';
import { addDemand } from './demand.metadata.js';

/** What a route demands of a provider, and where it finds the evidence. */
export type RouteRequirement<N extends ProviderName> = RequirementOf<N> & {
  /** Reads the evidence, in place of the provider's usual fields; what it returns is as untrusted as those. */
  readonly evidence?: (
    context: ExecutionContext,
  ) => Partial<EvidenceOf<N>> | undefined | Promise<Partial<EvidenceOf<N>> | undefined>;
};

/**
 * Lets a route, or every route of a controller, run only when the provider confirms the requirement. Demands add
 * up, on class and method and repeated; a `VerificationGuard` must cover the route, or the application does not start.
 *
 * @example
 * ```ts
 * @Post()
 * @UseGuards(VerificationGuard)
 * @RequireVerification('checkify', { claims: ['age_over_18'] })
 * pay(@Verified('checkify') verified: CheckifyVerdict) {}
 * ```
 */
export function RequireVerification<N extends ProviderName>(
  provider: N,
  ...[requirement]: NeedsRequirement<N> extends true ? [RouteRequirement<N>] : [RouteRequirement<N>?]
): ClassDecorator & MethodDecorator {
  const { evidence, ...demanded }: Partial<RouteRequirement<N>> = requirement ?? {};
  const demand = { provider, requirement: demanded, evidence };
  return (target: object, method?: string | symbol, descriptor?: PropertyDescriptor) => {
    const on = typeof target === 'function' ? target : target.constructor;
    addDemand(on as new () => unknown, method, demand, descriptor?.value);
  };
}
