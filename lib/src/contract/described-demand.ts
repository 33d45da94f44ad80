/** One way to meet a demand, as a refusal describes it to the browser. */
export interface DescribedDemand {
  readonly provider: string;
  readonly claims: readonly string[];
  /** The names that the evidence is read from, the usual one first; empty where an `evidence` function reads it. */
  readonly fields: readonly string[];
  /** The `start` of the route. */
  readonly start?: string;
}
