import { Inject, Injectable } from '@nestjs/common';
import { answerBy } from '../contract/answer-by.js';
import { isNobody, subjectOf } from '../contract/subject.js';
import type { AcceptedVerdict, Verdict } from '../contract/verdict.js';
import { Outcomes } from '../events/outcomes.js';
import { ProviderRegistry } from '../providers/registry.js';
import type { Invocation } from './finding.js';
import { checkAt, type PerRequest, type PlannedCheck } from './planned-check.js';
import type { ReceiptPage } from './receipt-page.js';
import { Receipts } from './receipts.js';

/** The remembered verdict of a visitor for one demand. */
export interface Memory {
  /** An earlier acceptance that still holds. */
  readonly verdict: AcceptedVerdict | undefined;
  /** The alternatives of the demand, and where the acceptance of each is written down. */
  readonly checks: readonly {
    readonly planned: PlannedCheck;
    readonly page: ReceiptPage | undefined;
    /** What the provider reads of the evidence meanwhile. */
    readonly ahead?: Promise<unknown> | undefined;
  }[];
}

/** Recognises visitors whose acceptance is remembered, by the subject that a route names. */
@Injectable()
export class Visitors {
  private readonly toldOf = new WeakMap<object, Set<string>>();

  constructor(
    @Inject(Receipts) private readonly receipts: Receipts,
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(Outcomes) private readonly outcomes: Outcomes,
  ) {}

  /**
   * Looks for the first alternative of a demand that this visitor met before.
   * @throws ProviderUnavailableError when the store fails.
   */
  async recall(alternatives: readonly PlannedCheck[], invocation: Invocation): Promise<Memory> {
    const checks = await Promise.all(alternatives.map(each => this.checkOf(each, invocation)));
    const known = checks.find(({ page }) => page?.remembered !== undefined);
    return { verdict: known?.page?.remembered, checks };
  }

  /** Tells of a verdict for which this invocation made no call. */
  tell(verdict: Verdict, { context, correlationId, since }: Invocation): Promise<void> {
    return this.registry.get(verdict.provider).tell(verdict, { context, correlationId, startedAt: since });
  }

  private async checkOf(each: PlannedCheck, invocation: Invocation): Promise<Memory['checks'][number]> {
    const { deadline } = invocation;
    if (each.remember === undefined) return { planned: each, page: undefined };
    const planned = each.perRequest === undefined ? each : await checkAt(each, invocation);
    const { provider, remember } = planned;
    const subject = remember && (await this.subjectOf(remember.subject, invocation));
    if (remember === undefined || subject === undefined) return { planned, page: undefined };
    const scope = await provider.scopeAt(invocation);
    const ahead = lookAhead(planned, invocation);
    const page = await this.receipts.lookUp({ planned, remember, subject, scope, deadline });
    return { planned, page, ahead };
  }

  /** The visitor's subject; `undefined` where there is none, and nothing is remembered then. */
  private async subjectOf(
    read: PerRequest<string | undefined>,
    { context, deadline }: Invocation,
  ): Promise<string | undefined> {
    try {
      const said: unknown = await answerBy(read(context), deadline);
      const subject = subjectOf(said);
      if (subject === undefined && !isNobody(said)) this.tellOf(read, said);
      return subject;
    } catch (error) {
      this.outcomes.error('verification.misconfigured', '"remember.subject" failed; nothing is remembered', {
        origin: error,
      });
      return undefined;
    }
  }

  /** Tells of what names nobody, such as an id that is a number; once, because every visit would repeat it. */
  private tellOf(read: object, said: unknown): void {
    const mistake =
      typeof said === 'string'
        ? 'a text that names nobody, such as "user:undefined"; nothing is remembered. Return undefined for strangers'
        : `a ${typeof said}; nothing is remembered. Make it a text, such as String(user.id)`;
    const told = this.toldOf.get(read) ?? new Set();
    this.toldOf.set(read, told);
    if (told.has(mistake)) return;
    told.add(mistake);
    this.outcomes.error('verification.misconfigured', `"remember.subject" returned ${mistake}.`);
  }
}

/** Has the provider read what it will need, if the request has evidence in the usual fields; its failure is `ask`'s. */
function lookAhead(
  { provider, check, evidence, ownEvidence }: PlannedCheck,
  { source, context, since, isSpeculative }: Invocation,
): Promise<unknown> | undefined {
  if (provider.lookAhead === undefined || ownEvidence !== undefined || isSpeculative) return undefined;
  const found = evidence.read(source);
  try {
    const ahead = found && provider.lookAhead(check, found, { context, since });
    ahead?.catch(() => undefined);
    return ahead;
  } catch {
    return undefined;
  }
}
