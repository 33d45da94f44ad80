/** What became of one question to a provider, for events and for the verdict. */
export interface Inquiry {
  /** Requests made. */
  attempts: number;
  /** An attempt may have reached the provider, and its answer was lost. */
  ambiguous: boolean;
}
