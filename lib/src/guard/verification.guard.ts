import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { ConfigurationError, VerificationError } from '../errors/verification.error.js';
import { attachment } from './attachment.js';
import { Correlation } from './correlation.js';
import { evidenceSource, replaceBody } from './evidence.extractor.js';
import { EvidenceCollector, type Collected } from './evidence.collector.js';
import { graphQlRequest } from './graphql.call.js';
import { isOnce, OncePassage, type Asked } from './once.passage.js';
import { ResponsePolicy } from './response/response.policy.js';
import type { RoutePlan } from './route.check.js';
import { RouteRequirements } from './route.requirements.js';
import { keepVerdicts } from './verdict.ledger.js';

// Class, method and global guards share one ExecutionContext per handler invocation, and one judgement.
const judgements = attachment<Promise<true>>();

/**
 * Lets a request through when every `@RequireVerification` of its handler is met, and otherwise throws a
 * `VerificationException`. Judges each handler invocation once, however often it is applied.
 */
@Injectable()
export class VerificationGuard implements CanActivate {
  constructor(
    @Inject(RouteRequirements) private readonly requirements: RouteRequirements,
    @Inject(ResponsePolicy) private readonly responses: ResponsePolicy,
    @Inject(EvidenceCollector) private readonly collector: EvidenceCollector,
    @Inject(OncePassage) private readonly passage: OncePassage,
    @Inject(Correlation) private readonly correlation: Correlation,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const plan = this.planOf(context);
    if (plan.demands.length === 0) return true;
    let judgement = judgements.of(context);
    if (judgement === undefined) judgements.attach(context, (judgement = this.judge(context, plan)));
    return judgement;
  }

  /** The request that carries the evidence; override it for a transport of your own. */
  protected getRequest(context: ExecutionContext): unknown {
    const type = context.getType<string>();
    if (type === 'http') return context.switchToHttp().getRequest<unknown>();
    return type === 'graphql' ? graphQlRequest(context) : undefined;
  }

  private planOf(context: ExecutionContext): RoutePlan {
    try {
      return this.requirements.of(context.getClass(), context.getHandler());
    } catch (error) {
      throw this.responseTo(error, context);
    }
  }

  /** The form first, then all evidence, and only then is any of it spent. */
  private async judge(context: ExecutionContext, plan: RoutePlan): Promise<true> {
    try {
      const request = this.getRequest(context);
      const source = evidenceSource(request, context);
      let { body } = source;
      for (const form of plan.forms) body = await form.validate(body);

      const accepted: AcceptedVerdict[] = [];
      const questions: Collected[] = [];
      for (const alternatives of plan.demands) {
        const search = this.collector.find(alternatives, source, context);
        const found = search instanceof Promise ? await search : search;
        if (found === undefined) throw this.responses.required(context);
        if (isVerdict(found)) accepted.push(found);
        else this.collector.add(questions, found);
      }

      const correlationId = this.correlation.idOf(context);
      const asked: Asked[] = [];
      for (const question of questions) {
        const verdict = await question.check.check.run(question.evidence, correlationId);
        if (verdict.outcome !== 'accepted') throw this.responses.rejected(verdict, context);
        const kept = isOnce(question) ? undefined : this.remember(question, verdict);
        if (kept !== undefined) await kept;
        asked.push({ question, verdict });
        accepted.push(verdict);
      }
      if (plan.once) {
        if (!(await this.passage.pass(plan.route, asked, correlationId)))
          throw this.responses.replayed(context);
        // Only now: a receipt for a replay would let the next request through.
        for (const { question, verdict } of asked)
          if (isOnce(question)) await this.remember(question, verdict);
      }

      if (body !== source.body) replaceBody(request, body);
      keepVerdicts(context, accepted, plan.providers);
      return true;
    } catch (error) {
      throw this.responseTo(error, context);
    }
  }

  /** Whatever becomes of the request: the proof is spent. */
  private remember({ serves }: Collected, verdict: AcceptedVerdict): Promise<unknown> | undefined {
    const kept = serves.flatMap(
      ({ check, page }) => page?.keep(verdict.claims, check.remember?.forMs ?? 0, verdict.validUntil) ?? [],
    );
    return kept.length > 0 ? Promise.all(kept) : undefined;
  }

  private responseTo(error: unknown, context: ExecutionContext): unknown {
    if (error instanceof ConfigurationError) return this.responses.misconfigured(error, context);
    return error instanceof VerificationError ? this.responses.failed(error, context) : error;
  }
}

/** By an own member: whatever `Object.prototype` may have become decides nothing. */
function isVerdict(found: AcceptedVerdict | Collected): found is AcceptedVerdict {
  return Object.hasOwn(found, 'outcome');
}
