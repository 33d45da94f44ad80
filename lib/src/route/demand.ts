import type { Type } from '@nestjs/common';
import type { Duration } from '../contract/duration.js';
import { asObject } from '../wire/json.js';
import type { Requirement } from '../contract/requirement.js';
import type { PerRequest } from '../verification/planned-check.js';

/** Route options that are not claims. */
export interface RouteOptions<E = unknown, When extends boolean = boolean> {
  /** Reads the evidence in place of the provider's usual fields; the result is as untrusted as those. */
  readonly evidence?: PerRequest<E | undefined> | undefined;
  /**
   * Renames the fields that the evidence is read from: a field name where the evidence has one member, else names by
   * member, such as `{ token: 'age-token', deviceId: 'device' }`.
   */
  readonly field?: string | { readonly [M in keyof E]?: string } | undefined;
  /** The class of the request's body, which is validated before any evidence is spent. */
  readonly body?: Type | undefined;
  /**
   * Which pipes of the handler run before any evidence is spent: `'all'`, those of the application's own included, or
   * none. `body` runs whatever this says. @default as the module says
   */
  readonly validateFirst?: 'all' | false | undefined;
  /** Remembers an accepted visitor, who then passes without evidence: who, and for how long. */
  readonly remember?:
    | {
        /** From the acceptance on; at most 365 days, and never longer than the provider's own statement holds. */
        readonly for: Duration;
        /**
         * Identifies the visitor to the application, such as an account or a session id. Nothing is remembered where it is
         * empty, absent or thrown.
         */
        readonly subject: PerRequest<string | undefined>;
      }
    | undefined;
  /** Lets a proof pass this route once, where the provider itself would confirm it again. @default false */
  readonly once?: boolean | undefined;
  /**
   * Makes the demand hold for some requests only, such as large orders. A throw, or anything but a boolean, means that it
   * holds. Of several alternatives, those remain whose `when` holds, without the failed ones where another does; where none
   * does, nothing is demanded.
   */
  readonly when?: PerRequest<When> | undefined;
  /** With `describeRefusals`, tells the browser where to begin, such as the URL that sends the code. */
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
 * Takes apart a requirement as it is written: route options, and the provider's members. Own members alone count.
 */
export function alternativeOf(provider: string, written: Requirement & RouteOptions = {}): Alternative {
  const none = {
    evidence: undefined,
    field: undefined,
    body: undefined,
    validateFirst: undefined,
    remember: undefined,
    once: undefined,
    when: undefined,
    start: undefined,
  };
  // The audit tells of it, with the route's name.
  if (asObject(written) === undefined) return { provider, requirement: written, ...none };
  const own = Object.assign(Object.create(null), written) as Requirement & RouteOptions;
  const { evidence, field, body, validateFirst, remember, once, when, start, ...requirement } = own;
  return { provider, requirement, evidence, field, body, validateFirst, remember, once, when, start };
}

/** A demand as it looks in the code, for messages. */
export function written({ anyOf }: Demand): string {
  const names = anyOf.map(({ provider }) => `'${provider}'`);
  return names.length === 1
    ? `@RequireVerification(${names.join('')})`
    : `@RequireAnyVerification(${names.map(name => `[${name}]`).join(', ')})`;
}
