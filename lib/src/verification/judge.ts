import { Inject, Injectable } from '@nestjs/common';
import type { Evidence } from '../contract/evidence.js';
import type { AcceptedVerdict, RejectedVerdict } from '../contract/verdict.js';
import { EvidenceMissingError } from '../errors/verification.error.js';
import type { Finding, FoundEvidence, Invocation } from './finding.js';
import { checkAt, mergedCheck, type Plan, type PlannedCheck } from './planned-check.js';
import { isOnce, Proofs } from './proofs.js';
import { Visitors } from './visitors.js';

/** Finds everything before it asks anybody, asks one provider after the other, and keeps receipts and proofs. */
@Injectable()
export class Judge {
  constructor(
    @Inject(Visitors) private readonly visitors: Visitors,
    @Inject(Proofs) private readonly proofs: Proofs,
  ) {}

  /** Finds evidence or a receipt for each demand; `undefined` where a demand has neither. Nothing is spent here. */
  async find(plan: Plan, invocation: Invocation): Promise<readonly Finding[] | undefined> {
    const findings: Finding[] = [];
    for (const demand of plan.demands) {
      const search = this.findOne(demand, invocation);
      const found = search instanceof Promise ? await search : search;
      if (found === undefined) return undefined;
      add(findings, found);
    }
    return findings;
  }

  /**
   * Asks about everything that was found, which spends it.
   * @throws VerificationError when no verdict could be found.
   */
  async decide(
    { route }: Plan,
    findings: readonly Finding[],
    { correlationId, context, since }: Invocation,
  ): Promise<
    RejectedVerdict | { readonly outcome: 'accepted'; readonly verdicts: readonly AcceptedVerdict[] }
  > {
    const verdicts: AcceptedVerdict[] = [];
    const once: [FoundEvidence, AcceptedVerdict][] = [];
    for (const found of findings) {
      if (found.kind === 'receipt') verdicts.push(found.verdict);
    }
    for (const found of findings) {
      if (found.kind === 'receipt') continue;
      const { provider, check } = found.planned;
      const verdict = await provider.examine(check, found.evidence, { correlationId, context, since });
      if (verdict.outcome === 'rejected') return verdict;
      verdicts.push(verdict);
      if (isOnce(found)) once.push([found, verdict]);
      else await remember(found, verdict); // whatever becomes of the request: the proof is spent
    }
    if (once.length > 0) {
      const replayed = await this.proofs.pass(route, once, correlationId);
      if (replayed !== undefined) return replayed;
      // Only now: a receipt for a replay would let the next request through.
      for (const [found, verdict] of once) await remember(found, verdict);
    }
    return { outcome: 'accepted', verdicts };
  }

  /** A receipt, else the first alternative whose evidence is complete. */
  private findOne(
    alternatives: readonly PlannedCheck[],
    invocation: Invocation,
  ): Finding | undefined | Promise<Finding | undefined> {
    if (!alternatives.every(isPlain)) return this.search(alternatives, invocation);
    for (const planned of alternatives) {
      const evidence = planned.evidence.read(invocation.source);
      if (evidence !== undefined)
        return { kind: 'evidence', planned, evidence, serves: [{ planned, page: undefined }] };
    }
    return undefined;
  }

  private async search(
    alternatives: readonly PlannedCheck[],
    invocation: Invocation,
  ): Promise<Finding | undefined> {
    const { context } = invocation;
    const recallable = await Promise.all(
      alternatives.map(async each => (each.remember === undefined ? each : checkAt(each, context))),
    );
    const { verdict, pages } = await this.visitors.recall(recallable, invocation);
    if (verdict !== undefined) return { kind: 'receipt', verdict };
    for (const each of recallable) {
      const evidence = await evidenceOf(each, invocation);
      if (evidence === undefined) continue;
      const planned = await checkAt(each, context); // not before: a request without the evidence may lack what this reads
      return { kind: 'evidence', planned, evidence, serves: [{ planned, page: pages.get(each) }] };
    }
    return undefined;
  }
}

/** Adds a finding; evidence that another demand on the same provider found as well is asked about once. */
function add(findings: Finding[], next: Finding): void {
  if (next.kind === 'evidence') {
    for (const [index, each] of findings.entries()) {
      if (each.kind !== 'evidence' || each.planned.provider !== next.planned.provider) continue;
      if (!isSame(each.evidence, next.evidence)) continue;
      const planned = mergedCheck(each.planned, next.planned);
      findings[index] = { ...each, planned, serves: [...each.serves, ...next.serves] };
      return;
    }
  }
  findings.push(next);
}

async function evidenceOf(
  planned: PlannedCheck,
  { source, context }: Invocation,
): Promise<Evidence | undefined> {
  if (planned.ownEvidence === undefined) return planned.evidence.read(source);
  try {
    return planned.evidence.admit(await planned.ownEvidence(context));
  } catch (error) {
    if (error instanceof EvidenceMissingError) return undefined; // another alternative's may be there
    throw error;
  }
}

function remember({ serves }: FoundEvidence, verdict: AcceptedVerdict): Promise<unknown> | undefined {
  const kept = serves.flatMap(
    ({ planned, page }) => page?.keep(verdict.claims, planned.remember?.forMs ?? 0, verdict.validUntil) ?? [],
  );
  return kept.length > 0 ? Promise.all(kept) : undefined;
}

/** Whether the request's own fields say everything. */
function isPlain({ ownEvidence, perRequest, remember: memory }: PlannedCheck): boolean {
  return ownEvidence === undefined && perRequest === undefined && memory === undefined;
}

function isSame(first: Evidence, second: Evidence): boolean {
  const names = Object.keys(first);
  return names.length === Object.keys(second).length && names.every(name => first[name] === second[name]);
}
