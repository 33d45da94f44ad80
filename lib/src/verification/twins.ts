import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { named, type Unnamed } from '../contract/reference.js';
import type { AcceptedVerdict, RejectedVerdict, RejectionReason, Verdict } from '../contract/verdict.js';
import { VerificationProvider } from '../providers/verification.provider.js';
import type { FoundEvidence, Invocation } from './finding.js';
import type { ReceiptPage } from './receipt-page.js';
import { Visitors } from './visitors.js';

/** The time that the other request gets to write its receipt, in milliseconds. */
const PATIENCE_MS = 200;

/**
 * The wait before looking for the receipt of the other request, by the reasons that providers give for a proof that was
 * accepted a moment ago. They call junk `unknown_evidence`, too, which is why that waits for nothing.
 */
const LOOK_AFTER_MS: ReadonlyMap<RejectionReason, number> = new Map([
  ['replayed', PATIENCE_MS],
  ['expired_or_replayed', PATIENCE_MS],
  ['not_verified', PATIENCE_MS],
  ['unknown_evidence', 0],
]);

/**
 * Lets both of two requests through that a visitor's browser made at the same moment, where the route remembers: the
 * proof is accepted once.
 */
@Injectable()
export class Twins {
  private readonly underWay = new Map<string, Promise<Unnamed | RejectedVerdict>>();

  constructor(@Inject(Visitors) private readonly visitors: Visitors) {}

  /** Asks the provider, or waits for what it answers to the same question of the same visitor. */
  examine(route: string, found: FoundEvidence, invocation: Invocation): Promise<Unnamed | RejectedVerdict> {
    const { planned, evidence, ahead } = found;
    const { provider, check } = planned;
    const inquiry = ahead === undefined ? invocation : { ...invocation, ahead };
    // A custom provider may have an `examine` of its own.
    const isInherited = provider.examine === VerificationProvider.prototype.examine;
    const ask = (): Promise<Unnamed | RejectedVerdict> =>
      isInherited
        ? provider.examineUnnamed(check, evidence, inquiry)
        : provider.examine(check, evidence, inquiry);
    const pages = pagesOf([found]);
    if (pages === undefined) return ask();
    const question = JSON.stringify([route, pages.map(({ name }) => name), Object.entries(evidence)]);
    const other = this.underWay.get(question);
    if (other !== undefined) return other.then(verdict => this.joined(verdict, invocation));
    const asked = ask().finally(() => this.underWay.delete(question));
    this.underWay.set(question, asked);
    return asked;
  }

  /** Returns the receipts of a visitor whose proofs are called spent. Without receipts, `undefined`: the proofs are refused. */
  async recall(
    found: readonly FoundEvidence[],
    { reason }: RejectedVerdict,
    invocation: Invocation,
  ): Promise<readonly AcceptedVerdict[] | undefined> {
    const pages = pagesOf(found);
    const waitMs = LOOK_AFTER_MS.get(reason);
    if (pages === undefined || waitMs === undefined) return undefined;
    const leftMs = invocation.deadline - performance.now();
    if (leftMs < 0) return undefined;
    // A request with less time looks at once: the receipt may be there.
    if (waitMs > 0 && waitMs < leftMs) await setTimeout(waitMs, undefined, { ref: false });
    // A store that fails now makes no outage of what the provider refused.
    const looks = await Promise.all(pages.map(page => page.again())).catch(() => [undefined]);
    const kept = looks.flatMap(verdict => verdict ?? []);
    if (kept.length < pages.length) return undefined;
    for (const verdict of kept) await this.visitors.tell(verdict, invocation);
    return kept;
  }

  private async joined(verdict: Unnamed | RejectedVerdict, invocation: Invocation): Promise<Verdict> {
    const own = verdict.outcome === 'accepted' ? { ...named(verdict), remembered: true } : verdict;
    await this.visitors.tell(own, invocation);
    return own;
  }
}

/** Returns where the findings are remembered; `undefined` if one demand remembers nothing. */
function pagesOf(found: readonly FoundEvidence[]): readonly ReceiptPage[] | undefined {
  const pages: ReceiptPage[] = [];
  for (const { serves } of found) {
    for (const { page } of serves) {
      if (page === undefined) return undefined;
      pages.push(page);
    }
  }
  return pages;
}
