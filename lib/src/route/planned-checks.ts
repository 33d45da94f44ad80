import type { ExecutionContext } from '@nestjs/common';
import { millisecondsOf } from '../contract/duration.js';
import type { Requirement } from '../contract/requirement.js';
import { expectKnownMembers } from '../errors/known-members.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { VerificationProvider } from '../providers/verification.provider.js';
import { receiptScope, type PerRequest, type PlannedCheck } from '../verification/planned-check.js';
import { LONGEST_RECEIPT_MS } from '../verification/receipts.js';
import { ROUTE_OPTIONS, type Alternative } from './demand.js';

/**
 * Compiles one alternative of a demand.
 * @throws ConfigurationError when it can never be met as it is written.
 */
export function plannedCheck(registry: ProviderRegistry, alternative: Alternative): PlannedCheck {
  const { provider: name, requirement: written, evidence, field, remember, once, when, start } = alternative;
  const provider = registry.get(name);
  const known = ['claims', ...provider.requirementMembers, ...ROUTE_OPTIONS];
  expectKnownMembers(written, known, `A requirement of "${name}"`, name);
  if (evidence !== undefined && field !== undefined)
    throw new ConfigurationError(`"field" and "evidence" of "${name}" exclude each other.`, name);
  for (const [option, value] of Object.entries({ evidence, when })) {
    if (value !== undefined && typeof value !== 'function')
      throw new ConfigurationError(
        `"${option}" of "${name}" must be a function of the ExecutionContext.`,
        name,
      );
  }
  if (typeof (once ?? false) !== 'boolean')
    throw new ConfigurationError(`"once" of "${name}" must be true or false.`, name);
  if (start !== undefined && (typeof start !== 'string' || start === ''))
    throw new ConfigurationError(`"start" of "${name}" must be a text, such as a URL of yours.`, name);
  const members = Object.entries(written) as [string, unknown][];
  const isPerRequest = (member: [string, unknown]): member is [string, PerRequest] =>
    typeof member[1] === 'function' && provider.perRequest.includes(member[0]);
  const perRequest = members.filter(isPerRequest);
  // A route that remembers a visitor wants the proof of the same visitor.
  const wantsSubject = provider.perRequest.includes('subject') && !Object.hasOwn(written, 'subject');
  if (wantsSubject && typeof remember?.subject === 'function')
    perRequest.push(['subject', context => remembered(remember.subject, context)]);
  const requirement = Object.fromEntries(members.filter(each => !isPerRequest(each))) as Requirement;
  const check = provider.prepare(requirement);
  const mistake = provider.mistakeIn?.(requirement);
  if (mistake !== undefined) throw new ConfigurationError(`A requirement of "${name}": ${mistake}.`, name);
  const named = [...Object.keys(requirement), ...perRequest.map(([member]) => member)];
  const declared = provider.evidenceFor?.(requirement, named) ?? provider.evidence;
  return {
    provider,
    requirement,
    check,
    evidence: field === undefined ? declared : declared.renamed(field, name),
    ownEvidence: evidence,
    perRequest: perRequest.length > 0 ? new Map(perRequest) : undefined,
    remember: remember && memoryOf(provider, requirement, remember),
    once: once ?? false,
    start,
  };
}

function memoryOf(
  provider: VerificationProvider,
  requirement: Requirement,
  { for: duration, subject }: NonNullable<Alternative['remember']>,
): PlannedCheck['remember'] {
  const { name } = provider;
  const forMs = millisecondsOf(duration);
  if (forMs === undefined || forMs > LONGEST_RECEIPT_MS) {
    throw new ConfigurationError(
      `"remember.for" of "${name}" must be milliseconds or a text such as '30m', '12h' or '7d', and at most 365 days.`,
      name,
    );
  }
  if (typeof subject !== 'function') {
    throw new ConfigurationError(
      `"remember.subject" of "${name}" must be a function that identifies the visitor, such as context => context.switchToHttp().getRequest().session.id.`,
      name,
    );
  }
  return { forMs, subject, scope: receiptScope(provider, requirement, forMs) };
}

/** The subject of `remember`; nobody if the function throws. The look-up of receipts logs the error. */
async function remembered(
  subject: NonNullable<Alternative['remember']>['subject'],
  context: ExecutionContext,
): Promise<unknown> {
  try {
    return await subject(context);
  } catch {
    return undefined;
  }
}
