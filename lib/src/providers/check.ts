/** A requirement that a provider has checked and prepared once, to be asked many times. */
export interface Check {
  /** The claims that must be attested; never empty. */
  readonly claims: readonly string[];
}
