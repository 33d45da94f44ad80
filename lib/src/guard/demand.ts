import type { ExecutionContext, Type } from '@nestjs/common';
import type { Duration } from '../contract/duration.js';
import { asObject } from '../wire/json.js';
import type { Requirement } from '../contract/requirement.js';

/** Works something out from the request at hand. */
export type PerRequest<T = unknown> = (context: ExecutionContext) => T | Promise<T>;

/** For how long whose acceptance is remembered. */
export interface Remember {
  /** From the acceptance on; at most 365 days, and never longer than the provider's own statement holds. */
  readonly for: Duration;
  /**
   * Who is remembered: what identifies the visitor to the application, such as an account or a session id. Empty,
   * absent or thrown: nothing is remembered.
   */
  readonly subject: PerRequest<string | undefined>;
}

/** What a route says of a provider besides what the provider must confirm. */
export interface RouteOptions<E = unknown> {
  /** Reads the evidence, in place of the provider's usual fields; what it returns is as untrusted as those. */
  readonly evidence?: PerRequest<E | undefined> | undefined;
  /** The class of the request's body, which is validated before any evidence is spent. */
  readonly body?: Type | undefined;
  /** Lets a visitor through without evidence for a while after an acceptance. */
  readonly remember?: Remember | undefined;
  /** Lets a proof pass this route once, where the provider itself would confirm it again. @default false */
  readonly once?: boolean | undefined;
}

/** A provider, what it must confirm, and what the route says besides. */
export interface Alternative extends RouteOptions {
  readonly provider: string;
  readonly requirement: Requirement;
}

/** One decorator. Any one of its alternatives suffices; a single one is a plain demand. */
export interface Demand {
  readonly anyOf: readonly Alternative[];
}

/** The members of a requirement that the route reads, whichever provider it names. */
export const ROUTE_OPTIONS = ['evidence', 'body', 'remember', 'once'] as const;

/**
 * Takes apart what was written in one place: options of the route, and what the provider must confirm. Own members
 * alone count.
 */
export function alternativeOf(provider: string, written: Requirement & RouteOptions = {}): Alternative {
  const none = { evidence: undefined, body: undefined, remember: undefined, once: undefined };
  // The audit tells of it, with the route's name.
  if (asObject(written) === undefined) return { provider, requirement: written, ...none };
  const own = Object.assign(Object.create(null), written) as Requirement & RouteOptions;
  const { evidence, body, remember, once, ...requirement } = own;
  return { provider, requirement, evidence, body, remember, once };
}

/** A demand as it looks in the code, for messages. */
export function written({ anyOf }: Demand): string {
  const names = anyOf.map(({ provider }) => `'${provider}'`);
  return names.length === 1
    ? `@RequireVerification(${names.join('')})`
    : `@RequireAnyVerification(${names.map(name => `[${name}]`).join(', ')})`;
}
