import type { ExtrasOf, RejectionReason } from '../contract/verdict.js';
import {
  ProviderRateLimitedError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../errors/verification.error.js';
import type {
  AcceptedVerdictOf,
  ClaimOf,
  EvidenceOf,
  ProviderName,
  RequirementOf,
} from '../providers/provider-types.js';
import type { Said } from './answer-script.js';
import { ScriptedProvider, type FakeOutage } from './scripted.provider.js';

/** A question that reached a provider: usable evidence, and the claims that were demanded. */
export interface AskedQuestion<N extends ProviderName = ProviderName> {
  readonly evidence: EvidenceOf<N>;
  readonly claims: readonly ClaimOf<N>[];
  /** The tenant, if `scope` or a credential is a function; as in events. */
  readonly tenant?: string;
}

/** The members of an accepted verdict besides its claims; each has a sensible value where it is left out. */
export type FakeExtras<N extends ProviderName> = [keyof ExtrasOf<AcceptedVerdictOf<N>>] extends [never]
  ? Record<string, never>
  : Partial<ExtrasOf<AcceptedVerdictOf<N>>>;

/** The claims that a provider attests, which may be left out where it has default ones, and the extras. */
export type FakeAcceptance<N extends ProviderName> =
  object extends RequirementOf<N>
    ? [claims?: readonly ClaimOf<N>[], extras?: FakeExtras<N>]
    : [claims: readonly ClaimOf<N>[], extras?: FakeExtras<N>];

type Acceptance = [claims: readonly string[] | undefined, extras?: Readonly<Record<string, unknown>>];

/**
 * Says what a provider answers, and remembers what it was asked. `accept`, `reject` and the outages hold from now on;
 * those that end in `Once` hold for one question: they come first, in the order in which they were said.
 */
export class ProviderFake<
  N extends ProviderName,
  R extends RejectionReason = RejectionReason,
> extends ScriptedProvider {
  /** The questions to the provider, oldest first; evidence that is missing or unfit never gets this far. */
  get asked(): readonly AskedQuestion<N>[] {
    return this.noted as readonly unknown[] as readonly AskedQuestion<N>[];
  }

  /**
   * The provider attests these claims and no others; its default claims where none are said.
   * @throws ConfigurationError for a claim that this provider can never attest.
   */
  accept(...said: FakeAcceptance<N>): this {
    return this.fromNowOn(this.yes(...(said as Acceptance)));
  }

  /** Does as {@link accept}, for one question. */
  acceptOnce(...said: FakeAcceptance<N>): this {
    return this.once(this.yes(...(said as Acceptance)));
  }

  /**
   * The provider says no.
   * @throws ConfigurationError for a reason that this provider never has.
   */
  reject(reason?: R): this {
    return this.fromNowOn(this.no(reason));
  }

  /** Does as {@link reject}, for one question. */
  rejectOnce(reason?: R): this {
    return this.once(this.no(reason));
  }

  /** Nobody answers, whatever the provider is called for: `ProviderUnavailableError`. */
  unavailable(outage?: FakeOutage): this {
    return this.fromNowOn(this.outage(ProviderUnavailableError, 'gave no answer', outage));
  }

  /** Does as {@link unavailable}, for one call. */
  unavailableOnce(outage?: FakeOutage): this {
    return this.once(this.outage(ProviderUnavailableError, 'gave no answer', outage));
  }

  /** Every call is one too many: `ProviderRateLimitedError`. */
  rateLimited(outage?: FakeOutage): this {
    return this.fromNowOn(this.outage(ProviderRateLimitedError, 'answered 429', outage));
  }

  /** Does as {@link rateLimited}, for one call. */
  rateLimitedOnce(outage?: FakeOutage): this {
    return this.once(this.outage(ProviderRateLimitedError, 'answered 429', outage));
  }

  /** The provider refuses the application's key or account: `ProviderRefusedError`. */
  refused(): this {
    return this.fromNowOn(this.outage(ProviderRefusedError, 'refuses the credentials'));
  }

  /** Does as {@link refused}, for one call. */
  refusedOnce(): this {
    return this.once(this.outage(ProviderRefusedError, 'refuses the credentials'));
  }

  private fromNowOn(said: Said): this {
    this.script.sayForGood(said);
    return this;
  }

  private once(said: Said): this {
    this.script.sayOnce(said);
    return this;
  }
}
