import { Inject, Injectable, type Type } from '@nestjs/common';
import type { EvidenceSource } from '../contract/evidence.js';
import { ConfigurationError } from '../errors/verification.error.js';
import { Outcomes } from '../events/outcomes.js';
import { ProviderRegistry } from '../providers/registry.js';
import { mergedCheck, type Plan, type PlannedCheck } from '../verification/planned-check.js';
import type { Alternative, Demand } from './demand.js';
import { demandsOn, methodsBehind } from './demand-metadata.js';
import { holdingAt } from './conditions.js';
import { RouteNames } from './route-names.js';
import { plannedCheck } from './planned-checks.js';

/** Compiles the plan of each handler, once: metadata, planned checks, merged demands. */
@Injectable()
export class Plans {
  // Weak on both: a controller made per request may bring a function of its own.
  private readonly compiled = new WeakMap<Type, WeakMap<object, Plan>>();
  /** Tells whether the guard of another VerificationModule judges a handler; the audit knows. */
  isElsewhere: (target: Type, handler: object) => boolean = () => false;
  /** Tells whether a constructor bound a method, so that no guard runs before it; the audit knows. */
  isUnguarded: (target: Type, handler: object) => boolean = () => false;

  constructor(
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
    @Inject(RouteNames) private readonly names: RouteNames,
  ) {}

  /**
   * The plan of a handler; without demands for a route that demands nothing, or that another module's guard judges.
   * @throws ConfigurationError when a demand can never be met as it is written, or nothing tells which are meant.
   */
  of(target: Type, handler: object): Plan {
    let handlers = this.compiled.get(target);
    if (handlers === undefined) this.compiled.set(target, (handlers = new WeakMap()));
    let plan = handlers.get(handler);
    if (plan === undefined) handlers.set(handler, (plan = this.compile(target, handler)));
    return plan;
  }

  /** The checks of demands, each by itself. */
  checksOf(demands: readonly Demand[]): readonly (readonly PlannedCheck[])[] {
    return demands.map(({ anyOf }) => anyOf.map(alternative => plannedCheck(this.registry, alternative)));
  }

  private compile(target: Type, handler: object): Plan {
    const demands = this.isElsewhere(target, handler) ? [] : demandsOn(target, handler);
    if (demands === undefined) {
      throw new ConfigurationError(
        `${target.name}: a handler was replaced by a nameless function, so that its @RequireVerification cannot be found. Bind the method, or wrap it with a decorator below @RequireVerification.`,
      );
    }
    if (demands.some(({ anyOf }) => anyOf.length === 0))
      throw new ConfigurationError('@RequireAnyVerification() names no provider.');
    const alternatives = demands.flatMap(({ anyOf }) => anyOf);
    const checks = this.checksOf(demands);
    const fieldsIn = (place: keyof EvidenceSource): readonly string[] => [
      ...new Set(checks.flat().flatMap(({ evidence }) => evidence.fieldsIn(place))),
    ];
    const [method = ''] = methodsBehind(target, handler);
    const isConditional = alternatives.some(({ when }) => when !== undefined);
    const plan: Plan = {
      target,
      method,
      route: this.names.of(target, method),
      bodies: [...new Set(alternatives.flatMap(({ body }) => body ?? []))],
      validateFirst: validateFirstOf(alternatives),
      evidenceFields: { body: fieldsIn('body'), query: fieldsIn('query') },
      providers: new Set(alternatives.map(({ provider }) => provider)),
      // Conditions may exclude each other, and what they would demand together.
      demands: isConditional ? checks : merged(demands, checks),
      at: undefined,
    };
    return isConditional ? { ...plan, at: this.conditional(plan, demands, checks) } : plan;
  }

  /** Plans by the alternatives that hold, each compiled once. */
  private conditional(
    plan: Plan,
    demands: readonly Demand[],
    checks: readonly (readonly PlannedCheck[])[],
  ): Plan['at'] {
    const compiled = new Map<string, Plan>();
    return async (context, deadline) => {
      const held = await holdingAt(demands, context, deadline, error => {
        const about = error === undefined ? {} : { origin: error };
        this.outcomes.error(
          'verification.misconfigured',
          `"when" of ${plan.target.name}.${String(plan.method)}() gave no boolean; what it is about is demanded`,
          about,
        );
      });
      const key = JSON.stringify(held);
      let own = compiled.get(key);
      if (own === undefined) {
        const only = <T>(list: readonly T[], index: number): T[] =>
          list.filter((_, each) => held[index]?.[each]);
        const left = demands.map(({ anyOf }, index) => ({ anyOf: only(anyOf, index) }));
        const leftChecks = checks.map(only);
        const isLeft = (_: unknown, index: number): boolean => leftChecks[index]?.length !== 0;
        own = { ...plan, demands: merged(left.filter(isLeft), leftChecks.filter(isLeft)) };
        compiled.set(key, own);
      }
      return own;
    };
  }
}

/** Demands on one provider with one source of evidence become one check, because evidence is single-use. */
function merged(
  demands: readonly Demand[],
  checks: readonly (readonly PlannedCheck[])[],
): readonly (readonly PlannedCheck[])[] {
  const plain: { readonly written: Alternative; readonly index: number }[] = [];
  const all: (readonly PlannedCheck[])[] = [];
  for (const [index, { anyOf }] of demands.entries()) {
    const own = checks[index] ?? [];
    const [written, ...others] = anyOf;
    const [check] = own;
    if (written === undefined || check === undefined || others.length > 0) {
      all.push(own);
      continue;
    }
    const partner = plain.find(each => areOneCheck(each.written, written));
    const [first] = all[partner?.index ?? -1] ?? [];
    if (partner !== undefined && first !== undefined) all[partner.index] = [mergedCheck(first, check)];
    else plain.push({ written, index: all.push(own) - 1 });
  }
  return all;
}

/** Demands are asked apart that differ in where evidence is, in what changes per request or in what is remembered. */
function areOneCheck(first: Alternative, second: Alternative): boolean {
  return (
    first.provider === second.provider &&
    first.evidence === second.evidence &&
    JSON.stringify(first.field) === JSON.stringify(second.field) &&
    first.remember === second.remember &&
    ![first, second].some(each => Object.values(each.requirement).some(value => typeof value === 'function'))
  );
}

/** `false` in any alternative turns early validation off. */
function validateFirstOf(alternatives: readonly Alternative[]): Plan['validateFirst'] {
  const said = alternatives.flatMap(({ validateFirst }) => validateFirst ?? []);
  return said.includes(false) ? false : said[0];
}
