import { Inject, Injectable } from '@nestjs/common';
import type { Evidence } from '../contract/evidence.js';
import type { Unnamed } from '../contract/reference.js';
import type { RejectedVerdict } from '../contract/verdict.js';
import { ProviderUnavailableError } from '../errors/verification.error.js';
import { Outcomes } from '../events/outcomes.js';
import { inAskingOrder } from './asking-order.js';
import type { Finding, FoundEvidence, Invocation } from './finding.js';
import { OwnEvidence } from './own-evidence.js';
import { checkAt, mergedCheck, type Plan, type PlannedCheck } from './planned-check.js';
import { isOnce, Proofs } from './proofs.js';
import { Twins } from './twins.js';
import { Visitors, type Memory } from './visitors.js';

/** Finds everything before it asks anybody, asks one provider after the other, and keeps receipts and proofs. */
@Injectable()
export class Judge {
  private readonly ownEvidence: OwnEvidence;

  constructor(
    @Inject(Visitors) private readonly visitors: Visitors,
    @Inject(Twins) private readonly twins: Twins,
    @Inject(Proofs) private readonly proofs: Proofs,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {
    this.ownEvidence = new OwnEvidence(outcomes);
  }

  /** Finds evidence or a receipt for each demand; `undefined` where a demand has neither. Nothing is spent here. */
  async find({ demands }: Plan, invocation: Invocation): Promise<readonly Finding[] | undefined> {
    const memories = demands.every(isForgetful)
      ? undefined
      : await Promise.all(demands.map(each => this.visitors.recall(each, invocation)));
    const findings: Finding[] = [];
    for (let index = 0; index < demands.length; index++) {
      const search = this.findOne(demands[index] ?? [], memories?.[index], invocation);
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
    invocation: Invocation,
  ): Promise<RejectedVerdict | { readonly outcome: 'accepted'; readonly verdicts: readonly Unnamed[] }> {
    const verdicts: Unnamed[] = [];
    const once: [FoundEvidence, Unnamed][] = [];
    for (const found of findings) {
      // The application's own functions may fail: better now than with the proof spent.
      if (found.kind === 'evidence' && isOnce(found)) await found.planned.provider.scopeAt(invocation);
      if (found.kind !== 'receipt') continue;
      if (this.outcomes.observed) await this.visitors.tell(found.verdict, invocation);
      verdicts.push(found.verdict);
    }
    const inOrder = findings.length < 2 ? findings : await inAskingOrder(findings, invocation);
    for (const found of inOrder) {
      if (found.kind === 'receipt') continue;
      const verdict = await this.twins.examine(route, found, invocation);
      if (verdict.outcome === 'rejected') {
        const remembered = await this.twins.recall([found], verdict, invocation);
        if (remembered === undefined) return verdict;
        verdicts.push(...remembered);
      } else if (isOnce(found)) {
        once.push([found, verdict]);
      } else {
        verdicts.push(verdict);
        if (found.serves.some(hasPage)) await this.remember(found, verdict); // whatever becomes of the request: the proof is spent
      }
    }
    if (once.length === 0) return { outcome: 'accepted', verdicts };
    const replayed = await this.proofs.pass(route, once, invocation);
    if (replayed === undefined) {
      // The receipt comes only now: one for a replay would let the next request through.
      for (const [found, verdict] of once) await this.remember(found, verdict);
      return { outcome: 'accepted', verdicts: [...verdicts, ...once.map(([, verdict]) => verdict)] };
    }
    const remembered = await this.twins.recall(
      once.map(([found]) => found),
      replayed,
      invocation,
    );
    return remembered === undefined
      ? replayed
      : { outcome: 'accepted', verdicts: [...verdicts, ...remembered] };
  }

  /** A receipt, else the first alternative whose evidence is complete. */
  private findOne(
    alternatives: readonly PlannedCheck[],
    memory: Memory | undefined,
    invocation: Invocation,
  ): Finding | undefined | Promise<Finding | undefined> {
    if (memory?.verdict !== undefined) return { kind: 'receipt', verdict: memory.verdict };
    if (invocation.isSpeculative) return undefined;
    if (memory !== undefined || !alternatives.every(isPlain))
      return this.search(memory?.checks ?? alternatives.map(unremembered), invocation);
    for (const planned of alternatives) {
      const evidence = planned.evidence.read(invocation.source);
      if (evidence !== undefined)
        return { kind: 'evidence', planned, evidence, serves: [unremembered(planned)] };
    }
    return undefined;
  }

  private async search(checks: Memory['checks'], invocation: Invocation): Promise<Finding | undefined> {
    for (const { planned: each, page, ahead } of checks) {
      const { ownEvidence, evidence: declared } = each;
      const evidence =
        ownEvidence === undefined
          ? declared.read(invocation.source)
          : await this.ownEvidence.read(each, ownEvidence, invocation);
      if (evidence === undefined) continue;
      const planned = await checkAt(each, invocation); // after the evidence: a request without it may lack what this reads
      const rest = planned.provider.lookUp?.(planned.check, evidence, invocation);
      if (rest !== undefined && (await rest) === undefined) continue; // another alternative's may be whole
      return { kind: 'evidence', planned, evidence, ahead: rest ?? ahead, serves: [{ planned, page }] };
    }
    return undefined;
  }

  /** A receipt that cannot be written refuses nobody: the proof is spent and accepted. */
  private async remember({ serves, planned }: FoundEvidence, verdict: Unnamed): Promise<void> {
    try {
      for (const { page } of serves) await page?.keep(verdict);
    } catch (error) {
      if (error instanceof ProviderUnavailableError) return; // the state has told of it
      const about = { provider: planned.provider.name, origin: error };
      this.outcomes.error('verification.misconfigured', 'an acceptance cannot be remembered', about);
    }
  }
}

/** Adds a finding; evidence that another demand on the same provider found as well is asked about once. */
function add(findings: Finding[], next: Finding): void {
  if (next.kind === 'evidence') {
    for (const [index, each] of findings.entries()) {
      if (each.kind !== 'evidence' || each.planned.provider !== next.planned.provider) continue;
      const shared = less(each, next);
      if (shared === undefined) continue;
      const { evidence, ahead } = shared;
      const planned = mergedCheck(each.planned, next.planned);
      findings[index] = { ...each, planned, evidence, ahead, serves: [...each.serves, ...next.serves] };
      return;
    }
  }
  findings.push(next);
}

/** The finding with the evidence that both have, where it is enough for both: one may read a further field beside it. */
function less(first: FoundEvidence, second: FoundEvidence): FoundEvidence | undefined {
  const isLess = isWithin(first.evidence, second.evidence);
  const isMore = isWithin(second.evidence, first.evidence);
  if (isLess && isMore) return first.ahead === undefined ? second : first;
  if (isLess) return isEnough(first, second) ? first : undefined;
  return isMore && isEnough(second, first) ? second : undefined;
}

/** Tells whether less evidence will do. A browser may leave a field out, but what a function brings must be asked about. */
function isEnough({ evidence }: FoundEvidence, { serves }: FoundEvidence): boolean {
  return serves.every(
    ({ planned }) => planned.ownEvidence === undefined && planned.evidence.admit(evidence) !== undefined,
  );
}

function unremembered(planned: PlannedCheck): FoundEvidence['serves'][number] {
  return { planned, page: undefined };
}

function hasPage({ page }: FoundEvidence['serves'][number]): boolean {
  return page !== undefined;
}

function isForgetful(alternatives: readonly PlannedCheck[]): boolean {
  return alternatives.every(({ remember }) => remember === undefined);
}

/** Tells whether the fields of the request are enough to find the evidence. */
function isPlain({ ownEvidence, perRequest, provider }: PlannedCheck): boolean {
  return ownEvidence === undefined && perRequest === undefined && provider.lookUp === undefined;
}

function isWithin(less: Evidence, more: Evidence): boolean {
  return Object.entries(less).every(([name, text]) => text === undefined || text === more[name]);
}
