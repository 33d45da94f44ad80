import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { ConfigurationError, VerificationError } from '../errors/verification.error.js';
import { evidenceSource, replaceBody } from './evidence.extractor.js';
import { EvidenceCollector, type Collected } from './evidence.collector.js';
import { OncePassage } from './once.passage.js';
import { ResponsePolicy } from './response.policy.js';
import type { RoutePlan } from './route.check.js';
import { RouteRequirements } from './route.requirements.js';
import { keepVerdicts } from './verdict.ledger.js';

// Class, method and global guards share one ExecutionContext per handler invocation, and one judgement.
const judgements = new WeakMap<ExecutionContext, Promise<true>>();

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
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const plan = this.planOf(context);
    if (plan.demands.length === 0) return true;
    let judgement = judgements.get(context);
    if (judgement === undefined) judgements.set(context, (judgement = this.judge(context, plan)));
    return judgement;
  }

  /** The request that carries the evidence; override it for a transport of your own. */
  protected getRequest(context: ExecutionContext): unknown {
    return context.getType() === 'http' ? context.switchToHttp().getRequest<unknown>() : undefined;
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
      const source = evidenceSource(request);
      let { body } = source;
      for (const form of plan.forms) body = await form.validate(body);

      const accepted: AcceptedVerdict[] = [];
      let questions: readonly Collected[] = [];
      for (const alternatives of plan.demands) {
        const found = await this.collector.find(alternatives, source, context);
        if (found === undefined) throw this.responses.required(context);
        if ('verdict' in found) accepted.push(found.verdict);
        else questions = this.collector.add(questions, found);
      }

      const asked = [];
      for (const question of questions) asked.push({ question, verdict: await this.ask(question, context) });
      if (!(await this.passage.pass(plan.route, asked))) throw this.responses.replayed(context);

      if (body !== source.body) replaceBody(request, body);
      keepVerdicts(context, [...accepted, ...asked.map(({ verdict }) => verdict)], plan.providers);
      return true;
    } catch (error) {
      throw this.responseTo(error, context);
    }
  }

  /** Spends the evidence; what is to be remembered of an acceptance is, whatever becomes of the request. */
  private async ask(
    { check, evidence, serves }: Collected,
    context: ExecutionContext,
  ): Promise<AcceptedVerdict> {
    const verdict = await check.check.run(evidence);
    if (verdict.outcome !== 'accepted') throw this.responses.rejected(verdict, context);
    for (const { check: served, pages } of serves) {
      const forMs = served.remember?.forMs ?? 0;
      await pages.get(served)?.keep(verdict.claims, forMs, verdict.validUntil);
    }
    return verdict;
  }

  private responseTo(error: unknown, context: ExecutionContext): unknown {
    if (error instanceof ConfigurationError) return this.responses.misconfigured(error, context);
    return error instanceof VerificationError ? this.responses.failed(error, context) : error;
  }
}
