import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { Requirement } from '../contract/requirement.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { Check, VerificationProvider } from '../providers/verification.provider.js';
import { ProviderRegistry } from '../registry/provider.registry.js';
import type { Demand, EvidenceReader } from './demand.js';
import { demandsOn } from './demand.metadata.js';

/** One question that a handler asks before it runs. */
export interface RouteCheck {
  readonly provider: VerificationProvider;
  readonly requirement: Requirement;
  readonly check: Check;
  /** In place of {@link VerificationProvider.readEvidence}. */
  readonly evidence: EvidenceReader | undefined;
}

type Class = ReturnType<ExecutionContext['getClass']>;

/** What each handler demands, compiled once: metadata, merged demands, prepared questions. */
@Injectable()
export class RouteRequirements {
  // Weak on both: a controller made per request may bring a function of its own.
  private readonly compiled = new WeakMap<Class, WeakMap<object, readonly RouteCheck[]>>();

  constructor(@Inject(ProviderRegistry) private readonly registry: ProviderRegistry) {}

  /**
   * The checks of a handler; empty for a route that demands nothing.
   * @throws ConfigurationError when a demand can never be met as it is written, or nothing tells which are meant.
   */
  of(target: Class, handler: object): readonly RouteCheck[] {
    let handlers = this.compiled.get(target);
    if (handlers === undefined) this.compiled.set(target, (handlers = new WeakMap()));
    let checks = handlers.get(handler);
    if (checks === undefined) handlers.set(handler, (checks = this.compile(target, handler)));
    return checks;
  }

  private compile(target: Class, handler: object): readonly RouteCheck[] {
    const demands = demandsOn(target, handler);
    if (demands === undefined) {
      throw new ConfigurationError(
        `${target.name}: a handler was replaced by a nameless function, so that its @RequireVerification cannot be found. Bind the method, or wrap it with a decorator below @RequireVerification.`,
      );
    }
    // Each by itself first: what is wrong with one must not get lost in the merged demand.
    for (const { provider, requirement } of demands) this.registry.get(provider).prepare(requirement);
    return this.merge(demands).map(({ provider, requirement, evidence }) => {
      const service = this.registry.get(provider);
      return { provider: service, requirement, check: service.prepare(requirement), evidence };
    });
  }

  /** One check in place of two on the same provider, for evidence that turned out to be the same. */
  both(first: RouteCheck, second: RouteCheck): RouteCheck {
    const requirement = first.provider.combine(first.requirement, second.requirement);
    return { ...first, requirement, check: first.provider.prepare(requirement) };
  }

  /** Demands on one provider with one source of evidence become one question, because evidence is single-use. */
  private merge(demands: readonly Demand[]): readonly Demand[] {
    const merged: Demand[] = [];
    for (const demand of demands) {
      const index = merged.findIndex(
        each => each.provider === demand.provider && each.evidence === demand.evidence,
      );
      const first = merged[index];
      if (first === undefined) merged.push(demand);
      else
        merged[index] = {
          ...first,
          requirement: this.registry.get(demand.provider).combine(first.requirement, demand.requirement),
        };
    }
    return merged;
  }
}
