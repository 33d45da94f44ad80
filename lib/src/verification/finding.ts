import type { ExecutionContext } from '@nestjs/common';
import type { Evidence, EvidenceSource } from '../contract/evidence.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import type { PlannedCheck } from './planned-check.js';
import type { ReceiptPage } from './receipt-page.js';

/** One invocation of a handler. */
export interface Invocation {
  readonly source: EvidenceSource;
  readonly context: ExecutionContext;
  /** The application's name for the request, in events and log lines. */
  readonly correlationId: string | undefined;
  /** When it began, by `performance.now()`. */
  readonly since: number;
  /** When it must be answered, by `performance.now()`. */
  readonly deadline: number;
  /** Nobody made the request, such as a browser's prefetch: receipts alone count. */
  readonly isSpeculative: boolean;
}

/** Evidence that will be spent on one check. */
export interface FoundEvidence {
  readonly kind: 'evidence';
  readonly planned: PlannedCheck;
  readonly evidence: Evidence;
  /** What the provider read of the evidence while receipts were looked for. */
  readonly ahead?: Promise<unknown> | undefined;
  /** Each demand that the answer serves, and where its acceptance is remembered. */
  readonly serves: readonly { readonly planned: PlannedCheck; readonly page: ReceiptPage | undefined }[];
}

/** Evidence or a receipt that a request brings for one demand. */
export type Finding = FoundEvidence | { readonly kind: 'receipt'; readonly verdict: AcceptedVerdict };
