import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
import { ProviderRegistry } from '../registry/provider.registry.js';
import { BodyValidators, type BodyValidator } from './body/body.validator.js';
import type { Alternative, Demand } from './demand.js';
import { demandsOn, methodsBehind } from './demand.metadata.js';
import { RouteChecks } from './route.checks.js';
import type { RoutePlan } from './route.check.js';

type Class = ReturnType<ExecutionContext['getClass']>;

/** What each handler demands, compiled once: metadata, merged demands, prepared questions. */
@Injectable()
export class RouteRequirements {
  // Weak on both: a controller made per request may bring a function of its own.
  private readonly compiled = new WeakMap<Class, WeakMap<object, RoutePlan>>();

  constructor(
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(RouteChecks) private readonly checks: RouteChecks,
    @Inject(BodyValidators) private readonly validators: BodyValidators,
  ) {}

  /**
   * The plan of a handler; without demands for a route that demands nothing.
   * @throws ConfigurationError when a demand can never be met as it is written, or nothing tells which are meant.
   */
  of(target: Class, handler: object): RoutePlan {
    let handlers = this.compiled.get(target);
    if (handlers === undefined) this.compiled.set(target, (handlers = new WeakMap()));
    let plan = handlers.get(handler);
    if (plan === undefined) handlers.set(handler, (plan = this.compile(target, handler)));
    return plan;
  }

  private compile(target: Class, handler: object): RoutePlan {
    const demands = demandsOn(target, handler);
    if (demands === undefined) {
      throw new ConfigurationError(
        `${target.name}: a handler was replaced by a nameless function, so that its @RequireVerification cannot be found. Bind the method, or wrap it with a decorator below @RequireVerification.`,
      );
    }
    const alternatives = demands.flatMap(({ anyOf }) => anyOf);
    // Each by itself first: what is wrong with one must not get lost in the merged demand.
    for (const alternative of alternatives) this.checks.of(alternative);
    const [method = ''] = methodsBehind(target, handler);
    return {
      route: nameOf(target, method),
      forms: this.formsOf(target, method, alternatives),
      once: alternatives.some(({ once }) => once === true),
      providers: new Set(alternatives.map(({ provider }) => provider)),
      demands: this.merge(demands).map(({ anyOf }) => anyOf.map(each => this.checks.of(each))),
    };
  }

  private formsOf(
    target: Class,
    method: string | symbol,
    alternatives: readonly Alternative[],
  ): readonly BodyValidator[] {
    const evidence = alternatives.flatMap(({ provider }) => this.registry.get(provider).evidenceFields);
    const forms = new Set(alternatives.flatMap(({ body }) => body ?? []));
    return [...forms].map(form => this.validators.of(target, method, form, evidence));
  }

  /** Demands on one provider with one source of evidence become one question, because evidence is single-use. */
  private merge(demands: readonly Demand[]): readonly Demand[] {
    const merged: Demand[] = [];
    for (const demand of demands) {
      const [second, ...others] = demand.anyOf;
      if (second === undefined) throw new ConfigurationError('@RequireAnyVerification() names no provider.');
      const index = others.length > 0 ? -1 : merged.findIndex(each => areOneQuestion(each, second));
      const first = merged[index]?.anyOf[0];
      if (first === undefined) {
        merged.push(demand);
        continue;
      }
      const requirement = this.registry.get(second.provider).combine(first.requirement, second.requirement);
      merged[index] = {
        anyOf: [{ ...first, requirement, once: first.once === true || second.once === true }],
      };
    }
    return merged;
  }
}

// As Nest names what @Controller() was told.
const TOLD = ['path', 'host', '__version__'];

/** What names a handler on every instance: controllers may share a name, such as the versions of one. */
function nameOf(target: Class, method: string | symbol): string {
  const told = TOLD.map(key => Reflect.getMetadata(key, target) as unknown);
  return JSON.stringify([target.name, String(method), ...told]);
}

/** What differs in where evidence is, in what changes per request or in what is remembered is asked by itself. */
function areOneQuestion({ anyOf }: Demand, second: Alternative): boolean {
  const [first, ...others] = anyOf;
  return (
    others.length === 0 &&
    first?.provider === second.provider &&
    first.evidence === second.evidence &&
    first.remember === second.remember &&
    ![first, second].some(each => Object.values(each.requirement).some(value => typeof value === 'function'))
  );
}
