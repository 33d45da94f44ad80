import { ConfigurationError } from '../errors/verification.error.js';

/**
 * The claims that a requirement demands.
 * @throws ConfigurationError when there are none, or one that the provider can never attest.
 */
export function demandedClaims(
  claims: unknown,
  vocabulary: {
    readonly provider: string;
    /** Demanded where a requirement names no claims; `undefined` where it must. */
    readonly defaults: readonly string[] | undefined;
    /** Tells whether the provider can ever attest a claim. */
    readonly supports: (claim: string) => boolean;
    /** The error message says by this what to write. */
    readonly hint: string;
  },
): readonly string[] {
  const { provider, defaults, supports, hint } = vocabulary;
  const demanded = claims ?? defaults;
  if (demanded === undefined) {
    throw new ConfigurationError(`"${provider}" needs claims, because it has no default. ${hint}`, provider);
  }
  if (!Array.isArray(demanded) || demanded.length === 0) {
    throw new ConfigurationError(`"claims" of "${provider}" must be a non-empty array. ${hint}`, provider);
  }
  for (const claim of demanded as unknown[]) {
    if (typeof claim !== 'string' || !supports(claim)) {
      const shown = typeof claim === 'string' ? `"${claim}"` : typeof claim;
      throw new ConfigurationError(`"${provider}" cannot attest ${shown}. ${hint}`, provider);
    }
  }
  return [...new Set(demanded as string[])];
}
