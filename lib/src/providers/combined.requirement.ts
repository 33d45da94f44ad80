import type { Requirement } from '../contract/requirement.js';
import { ConfigurationError } from '../errors/verification.error.js';

/**
 * The demand that demands both.
 * @throws ConfigurationError when they differ in anything but claims: neither may replace the other.
 */
export function combined<R extends Requirement>(
  provider: string,
  first: R,
  second: R,
  claimsOf: (requirement: R) => readonly string[],
): R {
  const stated = new Map(Object.entries(first));
  for (const [member, value] of Object.entries(second)) {
    const other: unknown = stated.get(member);
    if (member !== 'claims' && other !== undefined && value !== undefined && other !== value) {
      throw new ConfigurationError(
        `two demands on "${provider}" differ in "${member}"; say it once, or override combine() of the provider.`,
        provider,
      );
    }
    if (value !== undefined) stated.set(member, value);
  }
  const claims = [first, second].flatMap(each => each.claims ?? claimsOf(each));
  return { ...Object.fromEntries(stated), claims: [...new Set(claims)] } as unknown as R; // members of both
}

/**
 * A requirement without its claims, as text.
 * @throws ConfigurationError for a member that cannot be told as text, such as a function.
 */
export function scopeOf(provider: string, requirement: Requirement): string {
  const members = Object.entries(requirement).filter(
    ([name, value]) => name !== 'claims' && value !== undefined,
  );
  for (const [name, value] of members) {
    if (!isData(value)) {
      throw new ConfigurationError(
        `"remember" needs a requirement that can be told as text, and "${name}" of "${provider}" cannot; override scopeOf() of the provider.`,
        provider,
      );
    }
  }
  return JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isData(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isData);
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
