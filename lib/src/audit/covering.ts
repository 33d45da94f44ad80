import type { Type } from '@nestjs/common';
import type { ApplicationConfig, DiscoveryService } from '@nestjs/core';
import { VerificationGuard } from '../guard/verification.guard.js';
import { isReachedGlobally } from '../route/handler-kind.js';
import { demandsOn, isBound, methodsBehind } from '../route/demand-metadata.js';
import type { HostModule, Homes } from '../route/homes.js';
import { NEST, nestList } from '../route/nest-keys.js';
import type { Plans } from '../route/plans.js';
import { allHosts, handlerOf, shownOf, type Host } from './hosts.js';

/** A guard that stands before a handler, and the plans of the VerificationModule that it belongs to. */
interface Covering {
  readonly guard: unknown;
  readonly owner: Plans;
}

/** Tells whether a guard, or its class, is ours, extends ours, or says that it delegates to ours. */
export function covers(guard: unknown): boolean {
  const type: unknown = typeof guard === 'function' ? guard : (guard as object | null)?.constructor;
  if (typeof type !== 'function') return false;
  if (type === VerificationGuard || type.prototype instanceof VerificationGuard) return true;
  const { covers: named } = type as { readonly covers?: unknown };
  return Array.isArray(named) && named.some(each => each !== type && covers(each));
}

/** Knows which guards of the application stand before which handlers. */
export class Coverage {
  private held: ReadonlySet<unknown> | undefined;
  private readonly unguarded = new WeakMap<Type, ReadonlyMap<string | symbol, boolean>>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly application: ApplicationConfig,
    private readonly homes: Homes,
  ) {}

  /** Every guard of ours before a method; of global ones, where a handler has no other, those of its own module. */
  of(host: Host, name: string | symbol, shown?: object): readonly Covering[] {
    const { target, module } = host;
    const [seenAs, own] = shownOf(host, name);
    const handler = shown ?? own;
    const [ofMethod = [], ...ofClasses] = [handler, target, seenAs].map(each =>
      nestList(NEST.guards, each).filter(covers),
    );
    const written = [...ofMethod, ...(ofClasses.every(each => each.length > 0) ? ofClasses.flat() : [])];
    const covering = [...new Set(written)].map(guard => ({ guard, owner: this.ownerOf(guard, module) }));
    const global = isReachedGlobally(handlerOf(target, name)) ? this.globalsOf(module) : [];
    const home = covering[0]?.owner ?? this.homes.seenBy(module);
    const isShared = covering.length === 0 && !global.some(({ owner }) => owner === home);
    return [...covering, ...global.filter(({ owner }) => isShared || owner === home)];
  }

  /** The VerificationModules whose guards judge a method; several are a mistake. */
  ownersOf(host: Host, name: string | symbol): ReadonlySet<Plans> {
    const owners = new Set(this.of(host, name).map(({ owner }) => owner));
    if (owners.size === 0 || !isReachedGlobally(handlerOf(host.target, name))) return owners;
    // A global guard knows only the class: where another module lists it too, it cannot tell the two apart.
    const rivals = this.globalsOf(host.module).filter(
      ({ owner }) => !owners.has(owner) && !this.isElsewhere(owner, host.target, shownOf(host, name)[1]),
    );
    return new Set([...owners, ...rivals.map(({ owner }) => owner)]);
  }

  /**
   * Tells whether guards of other VerificationModules judge a handler, wherever its class is listed. It is what Nest shows to
   * guards: a constructor may have bound the method, which then has no guards of its own.
   */
  isElsewhere(own: Plans, target: Type, handler: object): boolean {
    if (this.homes.all().length < 2) return false;
    const [name = ''] = methodsBehind(target, handler);
    const hosts = allHosts(this.discovery).filter(
      host => host.target === target || shownOf(host, name)[0] === target,
    );
    const owners = hosts.map(host => this.of(host, name, handler).map(({ owner }) => owner));
    return hosts.length > 0 && owners.every(each => each.length > 0 && !each.includes(own));
  }

  /** Tells whether a bound method with a demand has none of our guards. The boot cannot see those that are bound per request. */
  isUnguarded(target: Type, handler: object): boolean {
    if (!isBound(handler)) return false;
    const [name = ''] = methodsBehind(target, handler);
    const known = this.unguarded.get(target)?.get(name);
    if (known !== undefined) return known;
    const hosts = allHosts(this.discovery).filter(host => host.target === target);
    const isUnguarded =
      (demandsOn(target, handler) ?? []).length > 0 &&
      hosts.every(host => this.of(host, name, handler).length === 0);
    this.unguarded.set(target, new Map([...(this.unguarded.get(target) ?? []), [name, isUnguarded]]));
    return isUnguarded;
  }

  guardsFieldResolvers(): boolean {
    const options = this.discovery.getProviders().filter(({ token }) => token === NEST.graphQlOptions);
    return options.every(({ instance }) =>
      (instance as { fieldResolverEnhancers?: string[] } | undefined)?.fieldResolverEnhancers?.includes(
        'guards',
      ),
    );
  }

  globalGuards(): readonly unknown[] {
    const scoped = this.application.getGlobalRequestGuards().map(wrapper => wrapper.metatype);
    return [...this.application.getGlobalGuards(), ...scoped];
  }

  private globalsOf(module: HostModule): readonly Covering[] {
    const made = this.application.getGlobalGuards().filter(each => covers(each) || this.isHeld(each));
    const scoped = this.application.getGlobalRequestGuards().filter(({ metatype }) => covers(metatype));
    return [
      ...made.map(guard => ({ guard, owner: this.ownerOf(guard, module) })),
      ...scoped.map(({ metatype, host = module }) => ({ guard: metatype, owner: this.homes.of(host) })),
    ];
  }

  /** Tells whether the container holds it in place of a guard of ours: a test may override them with a stub. */
  private isHeld(guard: unknown): boolean {
    this.held ??= new Set(
      this.discovery
        .getProviders()
        .flatMap(({ token, instance }) => (covers(token) ? [instance as unknown] : [])),
    );
    return this.held.has(guard) || this.held.has(Object.getPrototypeOf(Object(guard)));
  }

  /** The plans of a guard name its owner. A stub, or a guard that delegates, has none: its module names the owner. */
  private ownerOf(guard: unknown, module: HostModule): Plans {
    const instance: unknown =
      typeof guard === 'function' ? module.injectables.get(guard as Type)?.instance : guard;
    const { plans } = Object(instance) as { readonly plans?: Plans };
    return this.homes.all().find(each => each === plans) ?? this.homes.of(module);
  }
}
