import type { Plan } from '../verification/planned-check.js';
import { nameOf } from './order.audit.js';

/** Finds guards of one handler that read its evidence from different places. A proof counts once, so it has one place. */
export function sourceMistakes(
  place: string,
  { demands }: Plan,
  guards: readonly { readonly guard: unknown }[],
): string[] {
  if (demands.flat().every(({ ownEvidence }) => ownEvidence !== undefined)) return [];
  const sources = new Map<unknown, string>();
  for (const { guard } of guards) {
    const made: unknown = typeof guard === 'function' ? guard.prototype : guard;
    const { getRequest } = made as { readonly getRequest?: unknown };
    if (getRequest !== undefined && !sources.has(getRequest)) sources.set(getRequest, nameOf(guard));
  }
  if (sources.size < 2) return [];
  return [
    `${place} is guarded by ${[...sources.values()].join(' and ')}, whose getRequest differ, so that each would look for the evidence in a place of its own. Leave one of them out. A guard with a getRequest of its own can be the global one, too: { provide: APP_GUARD, useClass: … }.`,
  ];
}
