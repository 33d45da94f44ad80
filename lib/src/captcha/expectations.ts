import { ConfigurationError } from '../index.js';
import {
  attest,
  demandedClaims,
  member,
  reject,
  type Answer,
  type ExtrasOf,
  type JsonObject,
} from '../provider/index.js';
import type { CaptchaVerdict } from './captcha.types.js';

/** The demands on the members of a *yes*. If a demanded member is absent from the reply, the token is rejected. */
export interface Expectations {
  readonly hostnames?: readonly string[] | undefined;
  readonly action?: string | undefined;
  readonly minScore?: number | undefined;
  readonly maxRiskScore?: number | undefined;
}

/** Holds a *yes* against what is expected; `lifeMs` is how long a token lives. The codes are those of Google's own client. */
export function held(
  solved: ExtrasOf<CaptchaVerdict>,
  expected: Expectations,
  lifeMs?: number,
): Answer<ExtrasOf<CaptchaVerdict>> {
  const { hostname, action, score, challengedAt } = solved;
  const demands = {
    hostname: expected.hostnames,
    action: expected.action,
    score: expected.minScore ?? expected.maxRiskScore,
  };
  const names = Object.keys(demands) as (keyof typeof demands)[];
  const missingFields = names.filter(name => demands[name] !== undefined && solved[name] === undefined);
  if (missingFields.length > 0) return reject('field_missing', { missingFields });
  if (expected.hostnames !== undefined && !expected.hostnames.includes(hostname ?? ''))
    return reject('other_site', { code: 'hostname-mismatch' });
  if (expected.action !== undefined && action !== expected.action)
    return reject('not_verified', { code: 'action-mismatch' });
  const { minScore = 0, maxRiskScore = 1 } = expected;
  if (score !== undefined && !(score >= minScore && score <= maxRiskScore))
    return reject('not_verified', { code: 'score-threshold-not-met' });
  return attest(['human_verified'], solved, endOf(challengedAt, lifeMs));
}

/**
 * The end of a *yes*, by the age of its token. A token that is up to one life too old still gets half a life, because
 * clocks differ, and because Google's time is that of the challenge, which people take a while to solve.
 */
function endOf(challengedAt: Date | undefined, lifeMs: number | undefined): Date | undefined {
  if (challengedAt === undefined || lifeMs === undefined) return undefined;
  const now = Date.now();
  const since = Math.min(challengedAt.getTime(), now);
  return new Date(lifeMs + (now - since > 2 * lifeMs ? since : Math.max(since, now - lifeMs / 2)));
}

/** The date in a member, where it is one. */
export function dateMember(body: JsonObject, name: string): Date | undefined {
  const text = member(body, name);
  const date = new Date(typeof text === 'string' ? text : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** @throws ConfigurationError for claims that no captcha attests. */
export function humanClaims(provider: string, claims: unknown): readonly string[] {
  return demandedClaims(claims, {
    provider,
    defaults: ['human_verified'],
    supports: claim => claim === 'human_verified',
    hint: `Write claims: ['human_verified'], or leave it out.`,
  });
}

/** @throws ConfigurationError for an action that no token of the provider can have. */
export function expectAction(provider: string, action: unknown, pattern: RegExp, hint: string): void {
  if (action === undefined || (typeof action === 'string' && pattern.test(action))) return;
  throw new ConfigurationError(`"action" of "${provider}" must be ${hint}.`, provider);
}

/** @throws ConfigurationError for what is no score. */
export function expectScore(provider: string, name: string, score: unknown): void {
  if (score === undefined || isScore(score)) return;
  throw new ConfigurationError(`"${name}" of "${provider}" must be a number from 0 to 1.`, provider);
}

/** The action of two demands: one token has one. @throws ConfigurationError where they differ. */
export function mergedAction(
  provider: string,
  first: string | undefined,
  second: string | undefined,
): string | undefined {
  const action = first ?? second;
  if ((second ?? action) === action) return action;
  throw new ConfigurationError(
    `two demands on "${provider}" differ in "action", and a token has one. Say the same twice, or say it once.`,
    provider,
  );
}

/** The stricter score of two demands. A demand without a score has that of the options, `otherwise`. */
export function mergedScore(
  first: number | undefined,
  second: number | undefined,
  otherwise: number,
  stricter: (one: number, other: number) => number,
): number | undefined {
  if (first === undefined && second === undefined) return undefined;
  return stricter(first ?? otherwise, second ?? otherwise);
}

export function isScore(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
