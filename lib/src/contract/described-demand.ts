/** One way to meet a demand, as the server's refusal describes it. */
export interface DescribedDemand {
  readonly provider: string;
  readonly claims: readonly string[];
  /** The names that the evidence is read from, the usual one first; empty where an `evidence` function reads it. */
  readonly fields: readonly string[];
  /** The `start` of the route, such as the URL that sends the code. */
  readonly start?: string;
}
