import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { Evidence, EvidenceSource } from '../contract/evidence.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { EvidenceMissingError } from '../errors/verification.error.js';
import type { ReceiptPage } from '../verification/receipt.ledger.js';
import { RouteChecks } from './route.checks.js';
import type { RouteCheck } from './route.check.js';
import { VisitorMemory } from './visitor.memory.js';

/** A question, the evidence that will be spent on it, and the demands that its answer serves. */
export interface Collected {
  readonly check: RouteCheck;
  readonly evidence: Evidence;
  readonly serves: readonly Served[];
}

/** A demand that an answer serves, and where it is to be remembered. */
export interface Served {
  readonly check: RouteCheck;
  readonly page: ReceiptPage | undefined;
}

/** What came along for one demand: an acceptance that is remembered, evidence, or nothing that is complete. */
export type Found = AcceptedVerdict | Collected | undefined;

/** Finds out what a request brings for each demand; nothing is spent here. */
@Injectable()
export class EvidenceCollector {
  constructor(
    @Inject(RouteChecks) private readonly checks: RouteChecks,
    @Inject(VisitorMemory) private readonly memory: VisitorMemory,
  ) {}

  /** What answers a demand: a remembered acceptance, else the first alternative whose evidence is complete. */
  find(
    alternatives: readonly RouteCheck[],
    source: EvidenceSource,
    context: ExecutionContext,
  ): Found | Promise<Found> {
    if (!alternatives.every(isPlain)) return this.search(alternatives, source, context);
    for (const check of alternatives) {
      const evidence = check.check.admit(check.provider.readEvidence(source));
      if (evidence !== undefined) return { check, evidence, serves: [{ check, page: undefined }] };
    }
    return undefined;
  }

  /** Adds a question; one on the same evidence of the same provider becomes one with it. */
  add(collected: Collected[], next: Collected): void {
    for (const [index, each] of collected.entries()) {
      if (each.check.provider !== next.check.provider || !isSame(each.evidence, next.evidence)) continue;
      collected[index] = {
        check: this.checks.both(each.check, next.check),
        evidence: each.evidence,
        serves: [...each.serves, ...next.serves],
      };
      return;
    }
    collected.push(next);
  }

  private async search(
    alternatives: readonly RouteCheck[],
    source: EvidenceSource,
    context: ExecutionContext,
  ): Promise<Found> {
    const recallable = await Promise.all(
      alternatives.map(async each => (each.remember === undefined ? each : this.checks.at(each, context))),
    );
    const { verdict, pages } = await this.memory.recall(recallable, context);
    if (verdict !== undefined) return verdict;
    for (const each of recallable) {
      const evidence = each.check.admit(await this.evidenceOf(each, source, context));
      if (evidence === undefined) continue;
      const check = await this.checks.at(each, context); // not before: a request without the evidence may lack what this reads
      return { check, evidence, serves: [{ check, page: pages.get(each) }] };
    }
    return undefined;
  }

  private async evidenceOf(
    { evidence, provider }: RouteCheck,
    source: EvidenceSource,
    context: ExecutionContext,
  ): Promise<unknown> {
    if (evidence === undefined) return provider.readEvidence(source);
    try {
      return await evidence(context);
    } catch (error) {
      if (error instanceof EvidenceMissingError) return undefined; // another alternative's may be there
      throw error;
    }
  }
}

/** Whether the request's own fields say everything. */
function isPlain({ evidence, perRequest, remember }: RouteCheck): boolean {
  return evidence === undefined && perRequest === undefined && remember === undefined;
}

function isSame(first: Evidence, second: Evidence): boolean {
  const names = Object.keys(first);
  return names.length === Object.keys(second).length && names.every(name => first[name] === second[name]);
}
