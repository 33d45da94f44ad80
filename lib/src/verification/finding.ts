import type { ExecutionContext } from '@nestjs/common';
import type { Evidence, EvidenceSource } from '../contract/evidence.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import type { PlannedCheck } from './planned-check.js';
import type { ReceiptPage } from './receipts.js';

/** One invocation of a handler. */
export interface Invocation {
  readonly source: EvidenceSource;
  readonly context: ExecutionContext;
  /** The application's name for the request, in events and log lines. */
  readonly correlationId: string | undefined;
}

/** Evidence that will be spent on one check, and the demands that its answer serves. */
export interface FoundEvidence {
  readonly kind: 'evidence';
  readonly planned: PlannedCheck;
  readonly evidence: Evidence;
  readonly serves: readonly Served[];
}

/** A demand that an answer serves, and where its acceptance is remembered. */
export interface Served {
  readonly planned: PlannedCheck;
  readonly page: ReceiptPage | undefined;
}

/** What a request brings for one demand. */
export type Finding = FoundEvidence | { readonly kind: 'receipt'; readonly verdict: AcceptedVerdict };
