import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { Evidence, EvidenceSource } from '../contract/evidence.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { RouteChecks } from './route.checks.js';
import type { RouteCheck } from './route.check.js';
import { VisitorMemory, type Recollection } from './visitor.memory.js';

/** A question, the evidence that will be spent on it, and the demands that its answer serves. */
export interface Collected {
  readonly check: RouteCheck;
  readonly evidence: Evidence;
  readonly serves: readonly { readonly check: RouteCheck; readonly pages: Recollection['pages'] }[];
}

/** What came along for one demand: an acceptance that is remembered, evidence, or nothing that is complete. */
export type Found = { readonly verdict: AcceptedVerdict } | Collected | undefined;

/** Finds out what a request brings for each demand; nothing is spent here. */
@Injectable()
export class EvidenceCollector {
  constructor(
    @Inject(RouteChecks) private readonly checks: RouteChecks,
    @Inject(VisitorMemory) private readonly memory: VisitorMemory,
  ) {}

  /** What answers a demand: a remembered acceptance, else the first alternative whose evidence is complete. */
  async find(
    alternatives: readonly RouteCheck[],
    source: EvidenceSource,
    context: ExecutionContext,
  ): Promise<Found> {
    const isFixed = alternatives.every(each => each.perRequest === undefined);
    const checks = isFixed
      ? alternatives
      : await Promise.all(alternatives.map(each => this.checks.at(each, context)));
    const recollection = this.memory.recall(checks, context);
    const { verdict, pages } = recollection instanceof Promise ? await recollection : recollection;
    if (verdict !== undefined) return { verdict };
    for (const check of checks) {
      const brought =
        check.evidence === undefined ? check.provider.readEvidence(source) : await check.evidence(context);
      const evidence = check.check.admit(brought);
      if (evidence !== undefined) return { check, evidence, serves: [{ check, pages }] };
    }
    return undefined;
  }

  /** Adds a question; one on the same evidence of the same provider becomes one with it. */
  add(collected: readonly Collected[], next: Collected): readonly Collected[] {
    const first = collected.find(
      ({ check, evidence }) => check.provider === next.check.provider && isSame(evidence, next.evidence),
    );
    if (first === undefined) return [...collected, next];
    const together = {
      check: this.checks.both(first.check, next.check),
      evidence: first.evidence,
      serves: [...first.serves, ...next.serves],
    };
    return collected.map(each => (each === first ? together : each));
  }
}

function isSame(first: Evidence, second: Evidence): boolean {
  const names = Object.keys(first);
  return names.length === Object.keys(second).length && names.every(name => first[name] === second[name]);
}
