import type { DiscoveryService } from '@nestjs/core';
import { VerificationGuard } from '../guard/verification.guard.js';

/** Whether a guard, or its class, is ours, extends ours, or says that it delegates to ours. */
export function covers(guard: unknown): boolean {
  const type: unknown = typeof guard === 'function' ? guard : (guard as object | null)?.constructor;
  if (typeof type !== 'function') return false;
  if (type === VerificationGuard || type.prototype instanceof VerificationGuard) return true;
  const { covers: named } = type as { readonly covers?: unknown };
  return Array.isArray(named) && named.some(each => each !== type && covers(each));
}

/** What the container holds in place of our guards: a test may override them with a stub. */
export function heldGuards(discovery: DiscoveryService): ReadonlySet<unknown> {
  const guards = discovery.getProviders().filter(({ token }) => covers(token));
  return new Set(guards.flatMap(({ instance }) => (instance as object | undefined) ?? []));
}
