import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Evidence, EvidenceSource } from '../contract/evidence.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { ConfigurationError, VerificationError } from '../errors/verification.error.js';
import type { EvidenceReader } from './demand.js';
import { evidenceSource } from './evidence.extractor.js';
import { ResponsePolicy } from './response.policy.js';
import { RouteRequirements, type RouteCheck } from './route.requirements.js';
import { keepVerdicts } from './verdict.ledger.js';

/** A check, and the evidence that will be spent on it. */
interface Collected {
  readonly check: RouteCheck;
  readonly evidence: Evidence;
}

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
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const checks = this.checksOf(context);
    if (checks.length === 0) return true;
    let judgement = judgements.get(context);
    if (judgement === undefined) judgements.set(context, (judgement = this.judge(context, checks)));
    return judgement;
  }

  /** The request that carries the evidence; override it for a transport of your own. */
  protected getRequest(context: ExecutionContext): unknown {
    return context.getType() === 'http' ? context.switchToHttp().getRequest<unknown>() : undefined;
  }

  private checksOf(context: ExecutionContext): readonly RouteCheck[] {
    try {
      return this.requirements.of(context.getClass(), context.getHandler());
    } catch (error) {
      throw this.responseTo(error, context);
    }
  }

  private async judge(context: ExecutionContext, checks: readonly RouteCheck[]): Promise<true> {
    const accepted: AcceptedVerdict[] = [];
    for (const { check, evidence } of await this.collect(context, checks)) {
      accepted.push(await this.ask(check.check, evidence, context));
    }
    keepVerdicts(context, accepted);
    return true;
  }

  /** Reads the evidence of every check before any of it is spent; checks on the same evidence become one. */
  private async collect(
    context: ExecutionContext,
    checks: readonly RouteCheck[],
  ): Promise<readonly Collected[]> {
    const collected: Collected[] = [];
    let source: EvidenceSource | undefined;
    for (const check of checks) {
      source ??= evidenceSource(this.getRequest(context));
      const evidence = check.check.admit(
        check.evidence === undefined
          ? check.provider.readEvidence(source)
          : await this.readOwn(check.evidence, context),
      );
      if (evidence === undefined) throw this.responses.required(context);
      const index = collected.findIndex(
        each => each.check.provider === check.provider && isSame(each.evidence, evidence),
      );
      const first = collected[index];
      if (first === undefined) collected.push({ check, evidence });
      else collected[index] = { check: this.together(first.check, check, context), evidence };
    }
    return collected;
  }

  private async readOwn(evidence: EvidenceReader, context: ExecutionContext): Promise<unknown> {
    try {
      return await evidence(context);
    } catch (error) {
      throw this.responseTo(error, context);
    }
  }

  private responseTo(error: unknown, context: ExecutionContext): unknown {
    if (error instanceof ConfigurationError) return this.responses.misconfigured(error, context);
    return error instanceof VerificationError ? this.responses.failed(error, context) : error;
  }

  private together(first: RouteCheck, second: RouteCheck, context: ExecutionContext): RouteCheck {
    try {
      return this.requirements.both(first, second);
    } catch (error) {
      throw this.responseTo(error, context);
    }
  }

  private async ask(
    check: RouteCheck['check'],
    evidence: Evidence,
    context: ExecutionContext,
  ): Promise<AcceptedVerdict> {
    try {
      const verdict = await check.run(evidence);
      if (verdict.outcome === 'accepted') return verdict;
      throw this.responses.rejected(verdict, context);
    } catch (error) {
      throw error instanceof VerificationError ? this.responses.failed(error, context) : error;
    }
  }
}

function isSame(first: Evidence, second: Evidence): boolean {
  const names = Object.keys(first);
  return names.length === Object.keys(second).length && names.every(name => first[name] === second[name]);
}
