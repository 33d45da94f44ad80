import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { CallRecord } from '../events/call-record.js';
import { Outcomes } from '../events/outcomes.js';
import { ownMembers } from '../providers/own-members.js';
import type { Invocation } from './finding.js';
import type { PlannedCheck } from './planned-check.js';
import { Receipts, type ReceiptPage } from './receipts.js';

// Templates and conversions make these of something that is not there, or not yet: the same text for every stranger.
const NOBODY = /^\s*$|(?<![\p{L}\p{N}])(undefined|null|NaN)(?![\p{L}\p{N}])|\[object \w+\]/u;

/** Recognises visitors whose acceptance is remembered, by the subject that a route names. */
@Injectable()
export class Visitors {
  private readonly toldOf = new WeakSet();

  constructor(
    @Inject(Receipts) private readonly receipts: Receipts,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {}

  /**
   * The first of the checks that is remembered to be met by this visitor.
   * @throws ProviderUnavailableError when the store fails.
   */
  async recall(
    checks: readonly PlannedCheck[],
    { context, correlationId }: Invocation,
  ): Promise<{
    /** An earlier acceptance that still holds. */
    readonly verdict: AcceptedVerdict | undefined;
    /** Where the acceptance of a check is written down, for each that is remembered. */
    readonly pages: ReadonlyMap<PlannedCheck, ReceiptPage>;
  }> {
    const pages = new Map<PlannedCheck, ReceiptPage>();
    if (checks.every(({ remember }) => remember === undefined)) return { verdict: undefined, pages };
    const startedAt = performance.now();
    const found = await Promise.all(checks.map(planned => this.pageOf(planned, context)));
    for (const [index, planned] of checks.entries()) {
      const page = found[index];
      if (page === undefined) continue;
      pages.set(planned, page);
      if (page.remembered === undefined) continue;
      const verdict = rememberedVerdict(planned, page.remembered);
      const { provider, reference } = verdict;
      this.outcomes.verdict(new CallRecord(provider, { reference, correlationId, startedAt }), verdict);
      return { verdict, pages };
    }
    return { verdict: undefined, pages };
  }

  private async pageOf(planned: PlannedCheck, context: ExecutionContext): Promise<ReceiptPage | undefined> {
    const { provider, check, remember } = planned;
    const subject = remember && (await this.subjectOf(remember.subject, context));
    if (remember === undefined || subject === undefined) return undefined;
    return this.receipts.lookUp({
      subject,
      provider: provider.name,
      scope: remember.scope,
      claims: check.claims,
    });
  }

  /** The visitor's subject; `undefined` where there is none, and nothing is remembered then. */
  private async subjectOf(
    subject: NonNullable<PlannedCheck['remember']>['subject'],
    context: ExecutionContext,
  ): Promise<string | undefined> {
    try {
      const text: unknown = await subject(context);
      if (typeof text === 'string') return NOBODY.test(text) ? undefined : text;
      if (text !== undefined && text !== null) this.tellOf(subject, typeof text);
      return undefined;
    } catch (error) {
      this.outcomes.error('verification.misconfigured', '"remember.subject" failed; nothing is remembered', {
        origin: error,
      });
      return undefined;
    }
  }

  /** Tells of a subject that can be none, such as an id that is a number; once, because every visit would repeat it. */
  private tellOf(subject: object, type: string): void {
    if (this.toldOf.has(subject)) return;
    this.toldOf.add(subject);
    const message = `"remember.subject" returned a ${type}; nothing is remembered. Make it a text, such as String(user.id).`;
    this.outcomes.error('verification.misconfigured', message, {});
  }
}

/** The verdict on a visitor whose earlier acceptance met the same requirement. */
function rememberedVerdict(
  { provider, requirement }: PlannedCheck,
  { claims, reference }: Pick<AcceptedVerdict, 'claims' | 'reference'>,
): AcceptedVerdict {
  const accepted: AcceptedVerdict = { outcome: 'accepted', provider: provider.name, claims, reference };
  return { ...provider.recall?.(claims, ownMembers(requirement)), ...accepted, remembered: true };
}
