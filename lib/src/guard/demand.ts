import type { ExecutionContext } from '@nestjs/common';
import type { Requirement } from '../contract/requirement.js';

/** Reads evidence from wherever a route carries it. */
export type EvidenceReader<E = unknown> = (context: ExecutionContext) => E | Promise<E>;

/** One `@RequireVerification`: a provider, what it must confirm, and where the evidence is. */
export interface Demand {
  readonly provider: string;
  readonly requirement: Requirement;
  /** In place of the provider's usual evidence fields. */
  readonly evidence: EvidenceReader | undefined;
}
