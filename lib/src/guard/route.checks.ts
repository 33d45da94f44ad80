import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { millisecondsOf } from '../contract/duration.js';
import type { Requirement } from '../contract/requirement.js';
import { ConfigurationError } from '../errors/verification.error.js';
import { expectKnownMembers } from '../errors/known-members.js';
import type { VerificationProvider } from '../providers/verification.provider.js';
import { ProviderRegistry } from '../registry/provider.registry.js';
import { LONGEST_RECEIPT_MS } from '../verification/receipt.ledger.js';
import { ROUTE_OPTIONS } from './demand.js';
import type { Alternative, PerRequest, Remember } from './demand.js';
import type { Memory, RouteCheck } from './route.check.js';

/** Turns what a route says of a provider into a question that is ready to be asked. */
@Injectable()
export class RouteChecks {
  constructor(@Inject(ProviderRegistry) private readonly registry: ProviderRegistry) {}

  /** @throws ConfigurationError when it can never be met as it is written. */
  of({ provider: name, requirement: written, evidence, remember, once }: Alternative): RouteCheck {
    const provider = this.registry.get(name);
    const known = ['claims', ...provider.requirementMembers, ...ROUTE_OPTIONS];
    expectKnownMembers(written, known, `A requirement of "${name}"`, name);
    const members = Object.entries(written) as [string, unknown][];
    const perRequest = members.filter(
      (member): member is [string, PerRequest] =>
        typeof member[1] === 'function' && provider.perRequest.includes(member[0]),
    );
    const requirement = Object.fromEntries(
      members.filter(([member]) => !perRequest.some(([each]) => each === member)),
    ) as Requirement;
    const check = provider.prepare(requirement);
    return {
      provider,
      requirement,
      check,
      evidence,
      perRequest: perRequest.length > 0 ? new Map(perRequest) : undefined,
      remember: remember && { ...memoryOf(provider, requirement, remember), claims: check.claims },
      once: once ?? false,
    };
  }

  /** The check with what the request at hand adds to it. */
  async at(check: RouteCheck, context: ExecutionContext): Promise<RouteCheck> {
    if (check.perRequest === undefined) return check;
    const requirement: Record<string, unknown> = { ...check.requirement };
    for (const [member, read] of check.perRequest) {
      const value = await read(context);
      requirement[member] = typeof value === 'string' ? value : ''; // what a request does not have, nobody matches
    }
    const { provider, remember } = check;
    return {
      ...check,
      requirement,
      check: provider.prepare(requirement),
      perRequest: undefined,
      remember: remember && { ...remember, scope: scopeOf(provider, requirement, remember.forMs) },
    };
  }

  /** One check in place of two on the same provider, for evidence that turned out to be the same. */
  both(first: RouteCheck, second: RouteCheck): RouteCheck {
    const requirement = first.provider.combine(first.requirement, second.requirement);
    return { ...first, requirement, check: first.provider.prepare(requirement) };
  }
}

function memoryOf(
  service: VerificationProvider,
  requirement: Requirement,
  { for: duration, subject }: Remember,
): Omit<Memory, 'claims'> {
  const provider = service.name;
  const forMs = millisecondsOf(duration);
  if (forMs === undefined || forMs > LONGEST_RECEIPT_MS) {
    throw new ConfigurationError(
      `"remember.for" of "${provider}" must be milliseconds or a text such as '30m', '12h' or '7d', and at most 365 days.`,
      provider,
    );
  }
  if (typeof subject !== 'function') {
    throw new ConfigurationError(
      `"remember.subject" of "${provider}" must be a function that tells whose acceptance it is, such as context => context.switchToHttp().getRequest().session.id.`,
      provider,
    );
  }
  return { forMs, subject, scope: scopeOf(service, requirement, forMs) };
}

/** A receipt of a route that remembers for long must not open one that asks more often. */
function scopeOf(provider: VerificationProvider, requirement: Requirement, forMs: number): string {
  return JSON.stringify([forMs, provider.scopeOf(requirement)]);
}
