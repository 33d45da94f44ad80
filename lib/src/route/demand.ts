import type { ExecutionContext, Type } from '@nestjs/common';
import type { Duration } from '../contract/duration.js';
import type { Requirement } from '../contract/requirement.js';
import { ownMembers } from '../providers/own-members.js';
import { asObject } from '../wire/json.js';

/** Route options that are not claims. */
export interface RouteOptions<E = unknown, When extends boolean = boolean> {
  /** Reads the evidence in place of the provider's fields. @default the fields in body or query */
  readonly evidence?: ((context: ExecutionContext) => E | undefined | Promise<E | undefined>) | undefined;
  /**
   * Renames the fields with the evidence: one name, or names by member such as `{ token: 'age', deviceId: 'device' }`.
   * @default the names of the provider
   */
  readonly field?: string | { readonly [M in keyof E]?: string } | undefined;
  /** The class of the request's body, which is validated before a proof is spent. @default the types of the handler */
  readonly body?: Type | undefined;
  /**
   * Chooses the pipes that run before a proof is spent: `'all'` includes pipes of your own, and `false` means none.
   * `body` is validated in any case. @default `validateFirst` of the module
   */
  readonly validateFirst?: 'all' | false | undefined;
  /** Remembers an accepted visitor: who, and for how long. The visitor then passes without evidence. @default off */
  readonly remember?:
    | {
        /** The time from the acceptance on, such as `'30m'`; at most 365 days, and never longer than the provider says. */
        readonly for: Duration;
        /** Returns the visitor, such as a session id. Nothing is remembered if it is empty or absent, or if this throws. */
        readonly subject: (context: ExecutionContext) => string | undefined | Promise<string | undefined>;
      }
    | undefined;
  /** Lets a proof pass this route only once, even if the provider would confirm it again. @default false */
  readonly once?: boolean | undefined;
  /**
   * Makes the demand hold for some requests only, such as large orders. If it throws or returns no boolean, the demand
   * holds. Of several alternatives, those count whose `when` is true; one that failed counts only if no other does.
   * @default always
   */
  readonly when?: ((context: ExecutionContext) => When | Promise<When>) | undefined;
  /** With `describeRefusals`, tells the browser where to begin, such as the URL that sends the code. @default none */
  readonly start?: string | undefined;
}

/** One way to meet a demand: a provider, its requirement, and the route's options. */
export interface Alternative extends RouteOptions {
  readonly provider: string;
  readonly requirement: Requirement;
}

/** One decorator. Any one of its alternatives suffices; a single one is a plain demand. */
export interface Demand {
  readonly anyOf: readonly Alternative[];
}

/** The members of a requirement that the route reads, whichever provider it names. */
export const ROUTE_OPTIONS = [
  'evidence',
  'field',
  'body',
  'validateFirst',
  'remember',
  'once',
  'when',
  'start',
] as const;

/**
 * Takes apart a requirement as it is written: route options, and the provider's members. Own members alone count, and an
 * option that is `null` counts as left out.
 */
export function alternativeOf(provider: string, written: Requirement & RouteOptions = {}): Alternative {
  // The audit tells of it, with the route's name.
  if (asObject(written) === undefined) return { provider, requirement: written };
  const { evidence, field, body, validateFirst, remember, once, when, start, ...requirement } = ownMembers(
    withoutNullOptions(written),
  );
  return { provider, requirement, evidence, field, body, validateFirst, remember, once, when, start };
}

function withoutNullOptions<R extends object>(written: R): R {
  const options: readonly string[] = ROUTE_OPTIONS;
  const members = Object.entries(written) as [string, unknown][];
  return Object.fromEntries(
    members.filter(([name, value]) => value !== null || !options.includes(name)),
  ) as R;
}

/** Tells whether a provider can meet each of the demands. */
export function isNamedByAll(demands: readonly Demand[], provider: string): boolean {
  return demands.every(({ anyOf }) => anyOf.some(each => each.provider === provider));
}

/** A demand as it looks in the code, for messages. */
export function written({ anyOf }: Demand): string {
  const names = anyOf.map(({ provider }) => `'${provider}'`);
  return names.length === 1
    ? `@RequireVerification(${names.join('')})`
    : `@RequireAnyVerification(${names.map(name => `[${name}]`).join(', ')})`;
}
