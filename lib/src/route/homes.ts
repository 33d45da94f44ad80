import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Plans } from './plans.js';

/** A module of the application, as Nest's container has it. */
export type HostModule = ModulesContainer extends Map<string, infer M> ? M : never;

/** Tells which VerificationModule a class belongs to, where an application has several: each has its own `Plans`. */
@Injectable()
export class Homes {
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(Plans) private readonly own: Plans,
  ) {}

  /** The plans of all VerificationModules, in the order of the application's modules. */
  all(): readonly Plans[] {
    return [...this.modules.values()].flatMap(each => plansIn(each) ?? []);
  }

  /** The plans of the VerificationModule that a module sees, as Nest looks for what it injects. */
  seenBy(module: HostModule): Plans | undefined {
    return plansIn(module) ?? imported(module, new Set());
  }

  /** The plans of the VerificationModule that answers for a module; the first where it sees none. */
  of(module: HostModule): Plans {
    return this.seenBy(module) ?? this.all()[0] ?? this.own;
  }

  /** Tells whether a class belongs to this VerificationModule. */
  isHomeOf(target: Type): boolean {
    if (this.all().length < 2) return true;
    const hosts = [...this.modules.values()].filter(({ controllers, providers }) =>
      [controllers, providers].some(each => each.has(target)),
    );
    return hosts.length === 0 || hosts.some(each => this.of(each) === this.own);
  }
}

function plansIn({ providers }: HostModule): Plans | undefined {
  return providers.get(Plans)?.instance as Plans | undefined;
}

/** Looks through imports in Nest's order. */
function imported(module: HostModule, visited: Set<HostModule>, isReexport = false): Plans | undefined {
  for (const each of module.imports) {
    if (visited.has(each) || (isReexport && !module.exports.has(each.metatype))) continue;
    visited.add(each);
    const found = plansIn(each) ?? imported(each, visited, true);
    if (found !== undefined) return found;
  }
  return undefined;
}
