import { ConfigurationError } from '../errors/verification.error.js';
import { asObject } from '../wire/json.js';

/** A requirement that a provider has checked and prepared once, to be asked many times. */
export interface Check {
  /** The claims that must be attested; never empty. */
  readonly claims: readonly string[];
}

/** @throws ConfigurationError for what demands nothing, such as the promise of an async `describe()`. */
export function expectCheck<C extends Check>(check: C, provider: string): C {
  const claims: unknown = asObject(check)?.['claims'];
  if (Array.isArray(claims) && claims.length > 0) return check;
  throw new ConfigurationError(
    `describe() of "${provider}" must return the claims that it demands, at once.`,
    provider,
  );
}
