/** Evidence that a browser hands over: untrusted strings, spent when they are verified. */
export type Evidence = Readonly<Record<string, string | undefined>>;

/** The parts of a request that evidence is read from. */
export interface EvidenceSource {
  readonly body: unknown;
  readonly query: unknown;
}
