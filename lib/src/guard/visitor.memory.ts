import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { OutcomeStream } from '../events/outcome.stream.js';
import { ReceiptLedger, type ReceiptPage } from '../verification/receipt.ledger.js';
import { Correlation } from './correlation.js';
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
  private readonly toldOf = new WeakSet();

  constructor(
    @Inject(ReceiptLedger) private readonly receipts: ReceiptLedger,
    @Inject(Correlation) private readonly correlation: Correlation,
    @Inject(OutcomeStream) private readonly outcomes: OutcomeStream,
  ) {}

  /**
   * The first of the checks that is remembered to be met by this visitor.
   * @throws ProviderUnavailableError when the store fails.
   */
  async recall(checks: readonly RouteCheck[], context: ExecutionContext): Promise<Recollection> {
    const startedAt = performance.now();
    const pages = new Map<RouteCheck, ReceiptPage>();
    const found = await Promise.all(checks.map(check => this.pageOf(check, context)));
    for (const [index, check] of checks.entries()) {
      const page = found[index];
      if (page === undefined) continue;
      pages.set(check, page);
      const { remembered } = page;
      if (remembered === undefined) continue;
      const verdict = check.provider.remembered(remembered, check.requirement);
      this.tell(verdict, performance.now() - startedAt, context);
      return { verdict, pages };
    }
    return { verdict: undefined, pages };
  }

  private async pageOf(check: RouteCheck, context: ExecutionContext): Promise<ReceiptPage | undefined> {
    const { provider, remember } = check;
    const subject = remember && (await this.subjectOf(remember.subject, context));
    if (remember === undefined || subject === undefined) return undefined;
    const { scope, claims } = remember;
    return this.receipts.lookUp({ subject, provider: provider.name, scope, claims });
  }

  /** Who the visitor is; `undefined` where nobody can tell, and nothing is remembered then. */
  private async subjectOf(
    subject: NonNullable<RouteCheck['remember']>['subject'],
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

  /** Of what can be no subject, such as an id that is a number; once, because every visit would repeat it. */
  private tellOf(subject: object, type: string): void {
    if (this.toldOf.has(subject)) return;
    this.toldOf.add(subject);
    const message = `"remember.subject" returned a ${type}; nothing is remembered. Make it a text, such as String(user.id).`;
    this.outcomes.error('verification.misconfigured', message, {});
  }

  private tell(verdict: AcceptedVerdict, durationMs: number, context: ExecutionContext): void {
    if (!this.outcomes.observed) return;
    const correlationId = this.correlation.idOf(context);
    const { provider, claims, reference } = verdict;
    this.outcomes.publish({
      outcome: 'accepted',
      provider,
      claims,
      reference,
      attempts: 0,
      durationMs,
      remembered: true,
      ...(correlationId === undefined ? undefined : { correlationId }),
    });
  }
}
