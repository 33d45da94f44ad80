import type { ExecutionContext, Type } from '@nestjs/common';
import { answerBy, LateAnswer } from '../contract/answer-by.js';
import type { EvidenceSource } from '../contract/evidence.js';
import type { Requirement } from '../contract/requirement.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { Check } from '../providers/check.js';
import type { DeclaredEvidence } from '../providers/declared-evidence.js';
import { memoryScope, mergedRequirement } from '../providers/merge.js';
import type { VerificationProvider } from '../providers/verification.provider.js';

/** The request at hand, and when it must be answered, by `performance.now()`. */
interface Occasion {
  readonly context: ExecutionContext;
  readonly deadline: number;
}

/** Works something out from the request at hand. */
export type PerRequest<T = unknown> = (context: ExecutionContext) => T | Promise<T>;

/** One way to meet a demand: a check of one provider, where its evidence is, and whether receipts count. */
export interface PlannedCheck {
  readonly provider: VerificationProvider;
  readonly requirement: Requirement;
  readonly check: Check;
  /** The provider's evidence, in the fields that the route says. */
  readonly evidence: DeclaredEvidence;
  /** Reads the evidence in place of the usual fields. */
  readonly ownEvidence: PerRequest | undefined;
  /** Members of the requirement that differ from request to request. */
  readonly perRequest: ReadonlyMap<string, PerRequest> | undefined;
  /** Remembers an acceptance of the `subject` for `forMs`; `scope` keeps other requirements apart. */
  readonly remember:
    | { readonly forMs: number; readonly subject: PerRequest<string | undefined>; readonly scope: string }
    | undefined;
  /** `true` if a proof may pass the route only once. */
  readonly once: boolean;
  /** The address where the browser begins. */
  readonly start: string | undefined;
}

/** Everything that a handler demands, compiled once. */
export interface Plan {
  readonly target: Type;
  readonly method: string | symbol;
  /** The classes that `body` names: forms that are validated before any evidence is spent. */
  readonly bodies: readonly Type[];
  /** The pipes of the handler that run before any evidence is spent, if a demand says so; `false` wins. */
  readonly validateFirst: 'all' | false | undefined;
  /** The members of a form, and of the query, that evidence is read from. */
  readonly evidenceFields: { readonly [P in keyof EvidenceSource]: readonly string[] };
  /** The handler's name, the same in every instance of the application. */
  readonly route: string;
  /** All must be met, each by one of its checks. */
  readonly demands: readonly (readonly PlannedCheck[])[];
  /** The names of all providers that may be asked. */
  readonly providers: ReadonlySet<string>;
  /** The plan for one request, where some demand has a `when`; every `when` is worked out before demands merge. */
  readonly at: ((context: ExecutionContext, deadline: number) => Promise<Plan>) | undefined;
}

/** A receipt of a route that remembers for long must not open one that asks more often. */
export function receiptScope(
  provider: VerificationProvider,
  requirement: Requirement,
  forMs: number,
): string {
  return JSON.stringify([forMs, memoryScope(provider, requirement)]);
}

/**
 * Asks a function of a route.
 * @throws ConfigurationError where it has not answered when the invocation must.
 */
export async function saidBy<T>(
  name: string,
  { provider }: PlannedCheck,
  read: PerRequest<T>,
  { context, deadline }: Occasion,
): Promise<T> {
  try {
    return await answerBy(read(context), deadline);
  } catch (error) {
    if (!(error instanceof LateAnswer)) throw error;
    throw new ConfigurationError(`"${name}" of "${provider.name}" gave no answer in time.`, provider.name);
  }
}

/** The check with the members that the request at hand decides. */
export async function checkAt(planned: PlannedCheck, occasion: Occasion): Promise<PlannedCheck> {
  if (planned.perRequest === undefined) return planned;
  const requirement: Record<string, unknown> = { ...planned.requirement };
  for (const [member, read] of planned.perRequest) {
    requirement[member] = perRequestValue(
      planned.provider,
      member,
      await saidBy(member, planned, read, occasion),
    );
  }
  return { ...withRequirement(planned, requirement), perRequest: undefined };
}

/** The value of a member for this request. It is never one that the provider would take for no demand at all. */
function perRequestValue(provider: VerificationProvider, member: string, value: unknown): unknown {
  if (provider.perRequestValue !== undefined) return provider.perRequestValue(member, value);
  if (value !== undefined && value !== null) return value;
  const { name } = provider;
  throw new ConfigurationError(`"${member}" of "${name}" has no value for this request.`, name);
}

const merged = new WeakMap<PlannedCheck, WeakMap<PlannedCheck, PlannedCheck>>();

/**
 * One check in place of two on the same provider, for evidence that is spent once.
 * @throws ConfigurationError when one answer cannot meet both.
 */
export function mergedCheck(first: PlannedCheck, second: PlannedCheck): PlannedCheck {
  let partners = merged.get(first);
  if (partners === undefined) merged.set(first, (partners = new WeakMap()));
  let both = partners.get(second);
  if (both === undefined) {
    const requirement = mergedRequirement(first.provider, first.requirement, second.requirement);
    both = {
      ...withRequirement(first, requirement),
      once: first.once || second.once,
      start: first.start ?? second.start,
    };
    partners.set(second, both);
  }
  return both;
}

function withRequirement(planned: PlannedCheck, requirement: Requirement): PlannedCheck {
  const { provider, remember } = planned;
  return {
    ...planned,
    requirement,
    check: provider.prepare(requirement),
    remember: remember && { ...remember, scope: receiptScope(provider, requirement, remember.forMs) },
  };
}
