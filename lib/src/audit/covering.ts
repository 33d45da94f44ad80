import type { Type } from '@nestjs/common';
import type { ApplicationConfig, DiscoveryService } from '@nestjs/core';
import { VerificationGuard } from '../guard/verification.guard.js';
import { isReachedGlobally } from '../route/handler-kind.js';
import { NEST, nestList } from '../route/nest-keys.js';

/** Whether a guard, or its class, is ours, extends ours, or says that it delegates to ours. */
export function covers(guard: unknown): boolean {
  const type: unknown = typeof guard === 'function' ? guard : (guard as object | null)?.constructor;
  if (typeof type !== 'function') return false;
  if (type === VerificationGuard || type.prototype instanceof VerificationGuard) return true;
  const { covers: named } = type as { readonly covers?: unknown };
  return Array.isArray(named) && named.some(each => each !== type && covers(each));
}

/** Which guards of the application stand before which handlers. */
export class Coverage {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly application: ApplicationConfig,
  ) {}

  isGuarded(classes: readonly Type[], handler: object, method: object): boolean {
    if (nestList(NEST.guards, handler).some(covers)) return true;
    if (classes.every(each => nestList(NEST.guards, each).some(covers))) return true;
    return isReachedGlobally(method) && this.isGuardedGlobally();
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

  private isGuardedGlobally(): boolean {
    // What the container holds in place of our guards counts too: a test may override them with a stub.
    const ours = this.discovery.getProviders().filter(({ token }) => covers(token));
    const held = new Set<unknown>(ours.map(({ instance }) => instance as unknown));
    held.delete(undefined);
    return this.globalGuards().some(
      each => covers(each) || held.has(each) || held.has(Object.getPrototypeOf(Object(each))),
    );
  }
}
