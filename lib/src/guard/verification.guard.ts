import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { answerBy, isPromise, LateAnswer, leaveAlone } from '../contract/answer-by.js';
import { ConfigurationError, EvidenceMissingError, VerificationError } from '../errors/verification.error.js';
import { deadlineMsOf } from '../options/deadline.js';
import { VerificationModuleOptions } from '../options/verification.options.js';
import { Plans } from '../route/plans.js';
import type { Plan } from '../verification/planned-check.js';
import { Judge } from '../verification/judge.js';
import { attachment } from '../contract/attachment.js';
import { correlationOf } from './response/correlation.js';
import { Forms } from './forms/forms.js';
import { graphQlRequest } from './graphql-call.js';
import { evidenceSource } from './request-source.js';
import type { Miss } from './response/lost-evidence.js';
import { ResponsePolicy } from './response/response.policy.js';
import { isSpeculative } from './speculative-request.js';
import { keepVerdicts } from './verdicts.js';

interface Judgement {
  readonly plan: Plan;
  readonly guard: VerificationGuard;
  readonly passed: Promise<true>;
  readonly earlier: Judgement | undefined;
}

// Class, method and global guards share one ExecutionContext per handler invocation, and one judgement.
const judgements = attachment<Judgement>();

/**
 * Lets a request through when every `@RequireVerification` of its handler is met, and otherwise throws a
 * `VerificationException`. Judges each handler invocation once, however often it is applied.
 */
@Injectable()
export class VerificationGuard implements CanActivate {
  private readonly deadlineMs: number;

  constructor(
    @Inject(Plans) private readonly plans: Plans,
    @Inject(Judge) private readonly judge: Judge,
    @Inject(Forms) private readonly forms: Forms,
    @Inject(ResponsePolicy) private readonly responses: ResponsePolicy,
    @Inject(VerificationModuleOptions) private readonly options: VerificationModuleOptions,
  ) {
    this.deadlineMs = deadlineMsOf(options);
  }

  canActivate(context: ExecutionContext): true | Promise<true> {
    const plan = this.planOf(context);
    if (plan.demands.length === 0) return true;
    const earlier = judgements.of(context);
    // Another plan for the same handler is that of another VerificationModule.
    for (let each = earlier; each !== undefined; each = each.earlier)
      if (each.plan === plan) return this.share(each, context);
    const passed = this.admit(context, plan);
    judgements.attach(context, { plan, guard: this, passed, earlier });
    return passed;
  }

  /** The request that carries the evidence, or a promise of it; override it for a transport of your own. */
  protected getRequest(context: ExecutionContext): unknown {
    const type = context.getType<string>();
    if (type === 'http') return context.switchToHttp().getRequest<unknown>();
    return type === 'graphql' ? graphQlRequest(context) : undefined;
  }

  /** The judgement of another guard, whose evidence is where this one would look. */
  private share({ plan, guard, passed }: Judgement, context: ExecutionContext): Promise<true> {
    if (
      guard.getRequest === this.getRequest ||
      plan.demands.flat().every(({ ownEvidence }) => ownEvidence !== undefined)
    )
      return passed;
    const requests = [guard, this].map(each => each.getRequest(context));
    for (const each of requests) leaveAlone(each);
    if (requests[0] === requests[1]) return passed;
    const names = [guard, this].map(each => each.constructor.name).join(' and ');
    const error = new ConfigurationError(
      `${plan.target.name}.${String(plan.method)}() is guarded by ${names}, whose getRequest differ. Leave one of them out.`,
    );
    throw this.responseTo(error, context);
  }

  private async inTime(asked: PromiseLike<unknown>, deadline: number): Promise<unknown> {
    try {
      return await answerBy(asked, deadline);
    } catch (error) {
      if (!(error instanceof LateAnswer)) throw error;
      throw new ConfigurationError(`getRequest() of ${this.constructor.name} gave no answer in time.`);
    }
  }

  private planOf(context: ExecutionContext): Plan {
    try {
      return this.plans.of(context.getClass(), context.getHandler());
    } catch (error) {
      throw this.responseTo(error, context);
    }
  }

  /** Finds all evidence, then validates the form, and only then spends any evidence. */
  private async admit(context: ExecutionContext, all: Plan): Promise<true> {
    const since = performance.now();
    const deadline = since + this.deadlineMs;
    let plan = all;
    let miss: Miss | undefined;
    let hideEvidence: (() => void) | undefined;
    try {
      plan = (await all.at?.(context, deadline)) ?? all;
      const asked = this.getRequest(context);
      const request = isPromise(asked) ? await this.inTime(asked, deadline) : asked;
      const source = evidenceSource(request, context);
      miss = { plan, source, request };
      const invocation = {
        source,
        context,
        correlationId: correlationOf(this.options, context),
        since,
        deadline,
        isSpeculative: isSpeculative(request),
      };
      const findings = await this.judge.find(plan, invocation);
      if (findings === undefined) throw this.responses.required(context, miss);
      hideEvidence = await this.forms.of(plan).check?.(context);
      const judgement = await this.judge.decide(plan, findings, invocation);
      if (judgement.outcome === 'rejected') throw this.responses.rejected(judgement, context);

      hideEvidence?.();
      keepVerdicts(context, this.responses.isObserving ? [] : judgement.verdicts, plan.providers);
      return true;
    } catch (error) {
      const response = this.responseTo(error, context, miss);
      if (!this.responses.isObserving) throw response;
      this.responses.observed(response, context);
      hideEvidence ??= await this.forms
        .of(plan)
        .check?.(context)
        .catch(() => undefined); // the handler's own pipes answer a wrong form
      hideEvidence?.();
      keepVerdicts(context, [], all.providers);
      return true;
    }
  }

  private responseTo(error: unknown, context: ExecutionContext, miss?: Miss): unknown {
    if (error instanceof EvidenceMissingError && miss !== undefined)
      return this.responses.required(context, miss);
    if (error instanceof ConfigurationError) return this.responses.misconfigured(error, context);
    return error instanceof VerificationError ? this.responses.failed(error, context) : error;
  }
}
