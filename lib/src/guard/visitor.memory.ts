import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { OutcomeStream } from '../events/outcome.stream.js';
import { ReceiptLedger, type ReceiptPage } from '../verification/receipt.ledger.js';
import type { RouteCheck } from './route.check.js';

/** What is known of the visitor before anything is asked. */
export interface Recollection {
  /** An earlier acceptance that still holds. */
  readonly verdict: AcceptedVerdict | undefined;
  /** Where the acceptance of a check is to be written down, for each that is to be remembered. */
  readonly pages: ReadonlyMap<RouteCheck, ReceiptPage>;
}

// What templates and conversions make of something that is not there, or not yet: the same text for every stranger.
const NOBODY = /^\s*$|(?<![\p{L}\p{N}])(undefined|null|NaN)(?![\p{L}\p{N}])|\[object \w+\]/u;

/** Recognises visitors whose acceptance is remembered, by what a route says identifies them. */
@Injectable()
export class VisitorMemory {
  constructor(
    @Inject(ReceiptLedger) private readonly receipts: ReceiptLedger,
    @Inject(OutcomeStream) private readonly outcomes: OutcomeStream,
  ) {}

  /**
   * The first of the checks that is remembered to be met by this visitor.
   * @throws ProviderUnavailableError when the store fails.
   */
  async recall(checks: readonly RouteCheck[], context: ExecutionContext): Promise<Recollection> {
    const startedAt = performance.now();
    const pages = new Map<RouteCheck, ReceiptPage>();
    await Promise.all(
      checks.map(async check => {
        const page = await this.pageOf(check, context);
        if (page !== undefined) pages.set(check, page);
      }),
    );
    for (const check of checks) {
      const remembered = pages.get(check)?.remembered;
      if (remembered === undefined) continue;
      const verdict = check.provider.remembered(remembered, check.requirement);
      this.tell(verdict, performance.now() - startedAt);
      return { verdict, pages };
    }
    return { verdict: undefined, pages };
  }

  private async pageOf(check: RouteCheck, context: ExecutionContext): Promise<ReceiptPage | undefined> {
    const { provider, requirement, remember } = check;
    const subject = remember && (await this.subjectOf(remember.subject, context));
    if (remember === undefined || subject === undefined) return undefined;
    const query = {
      subject,
      provider: provider.name,
      scope: provider.scopeOf(requirement),
      claims: remember.claims,
    };
    return this.receipts.lookUp(query);
  }

  /** Who the visitor is; `undefined` where nobody can tell, and nothing is remembered then. */
  private async subjectOf(
    subject: NonNullable<RouteCheck['remember']>['subject'],
    context: ExecutionContext,
  ): Promise<string | undefined> {
    try {
      const text: unknown = await subject(context);
      return typeof text === 'string' && !NOBODY.test(text) ? text : undefined;
    } catch (error) {
      this.outcomes.error('"remember.subject" failed; nothing is remembered', error);
      return undefined;
    }
  }

  private tell(verdict: AcceptedVerdict, durationMs: number): void {
    if (!this.outcomes.observed) return;
    const { provider, claims, reference } = verdict;
    this.outcomes.publish({
      outcome: 'accepted',
      provider,
      claims,
      reference,
      attempts: 0,
      durationMs,
      remembered: true,
    });
  }
}
