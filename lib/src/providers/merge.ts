import { isDeepStrictEqual, types } from 'node:util';
import type { Requirement } from '../contract/requirement.js';
import { ConfigurationError } from '../errors/verification.error.js';
import { asObject } from '../wire/json.js';
import { ownMembers } from './own-members.js';
import type { VerificationProvider } from './verification.provider.js';

/**
 * Merges two requirements: two demands on one provider become one question, because evidence is single-use.
 * @throws ConfigurationError when they differ in anything but claims: neither may replace the other.
 */
export function mergedRequirement<R extends Requirement>(
  provider: VerificationProvider,
  first: R,
  second: R,
): R {
  const claims = [ownMembers(first), ownMembers(second)].flatMap(
    each => each.claims ?? provider.describe(each).claims,
  );
  const merged = asObject(
    provider.merge?.(ownMembers(first), ownMembers(second)) ?? sameMembers(provider.name, first, second),
  );
  // Spread, a promise would be a demand for nothing.
  if (merged === undefined || types.isPromise(merged))
    throw new ConfigurationError(
      `merge() of "${provider.name}" must return a requirement, at once.`,
      provider.name,
    );
  return { ...merged, claims: [...new Set(claims)] } as unknown as R; // members of both
}

function sameMembers(provider: string, first: Requirement, second: Requirement): Requirement {
  const stated = new Map(Object.entries(first));
  for (const [member, value] of Object.entries(second)) {
    const other: unknown = stated.get(member);
    if (member !== 'claims' && other !== undefined && value !== undefined && !areSame(other, value)) {
      throw new ConfigurationError(
        `two demands on "${provider}" differ in "${member}"; say it once, or give the provider a merge().`,
        provider,
      );
    }
    if (value !== undefined) stated.set(member, value);
  }
  return Object.fromEntries(stated);
}

/** Objects may differ in what nobody sees, such as private fields. */
function areSame(first: unknown, second: unknown): boolean {
  return first === second || (isData(first) && isData(second) && isDeepStrictEqual(first, second));
}

/**
 * Writes the members of a requirement besides its claims as a text: a receipt counts only for the same text.
 * @throws ConfigurationError for a member that cannot be told as text, such as a function.
 */
export function memoryScope(provider: VerificationProvider, requirement: Requirement): string {
  const own: unknown = provider.scopeOf?.(ownMembers(requirement));
  if (typeof own === 'string') return own;
  // As JSON, any promise would be the same scope.
  if (own !== undefined)
    throw new ConfigurationError(
      `scopeOf() of "${provider.name}" must return a text, at once.`,
      provider.name,
    );
  const members = Object.entries(requirement).filter(
    ([name, value]) => name !== 'claims' && value !== undefined,
  );
  for (const [name, value] of members) {
    if (!isData(value)) {
      throw new ConfigurationError(
        `"remember" needs a requirement that can be told as text, and "${name}" of "${provider.name}" cannot; give the provider a scopeOf().`,
        provider.name,
      );
    }
  }
  return JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isData(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isData);
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
