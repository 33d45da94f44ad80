import type { ExecutionContext } from '@nestjs/common';
import type { VerificationAttempt } from './verification.event.js';

/** Says whose credentials and state a call uses. */
export interface CallContext {
  /** The request, for credentials and scopes that are functions of it. @default none */
  readonly context?: ExecutionContext | undefined;
  /** The tenant, if `scope` of the module is a function and there is no `context`. @default none */
  readonly scope?: string | undefined;
}

/** The same, and since when an answer is waited for. */
export interface TimedContext extends CallContext {
  /** When the invocation began, by `performance.now()`. @default now */
  readonly since?: number | undefined;
}

/** Options of a manual check. */
export interface CallOptions extends CallContext {
  /** Names the call in events and log lines. @default none */
  readonly correlationId?: string | undefined;
}

/** Says who asks, and since when. */
export interface Inquiry extends CallOptions {
  readonly reference?: string | undefined;
  /** When the question was asked, by `performance.now()`. */
  readonly startedAt?: number | undefined;
  /** When the invocation began that asks; deadlines count from it. @default startedAt */
  readonly since?: number | undefined;
  /** What the provider's `lookAhead` found. @default it did not look */
  readonly ahead?: Promise<unknown> | undefined;
}

/** The fate of one question to a provider, for events, log lines and the verdict. */
export class CallRecord {
  /** Requests made. */
  attempts = 0;
  /** `true` if an attempt may have reached the provider while its answer was lost. */
  ambiguous = false;
  /** `true` if the provider may have looked at an attempt. After a 429, it has not. */
  reached = false;
  readonly correlationId: string | undefined;
  readonly context: ExecutionContext | undefined;
  readonly scope: string | undefined;
  /** The tenant that asks, if accounts or scopes differ from request to request. */
  tenant: string | undefined;
  /** The account that was asked, where accounts differ from request to request; holds secrets. */
  account: string | undefined;
  /** Every request in turn; kept only while somebody listens to `outcomes$`. */
  readonly trail: VerificationAttempt[] | undefined;
  readonly startedAt: number;
  readonly since: number;
  private readonly ahead: Promise<unknown> | undefined;
  private known: string | undefined;

  constructor(
    readonly provider: string,
    { reference, correlationId, context, scope, startedAt = performance.now(), since, ahead }: Inquiry = {},
    isObserved = false,
    /** The evidence that is examined. */
    private readonly evidence?: object,
    private readonly referenceOf?: () => string,
  ) {
    this.known = reference;
    this.correlationId = correlationId;
    this.context = context;
    this.scope = scope;
    this.startedAt = startedAt;
    this.since = since ?? startedAt;
    this.ahead = ahead;
    this.trail = isObserved ? [] : undefined;
  }

  /** Names the evidence; nothing can be told from it. */
  get reference(): string | undefined {
    this.known ??= this.referenceOf?.();
    return this.known;
  }

  /** What `lookAhead` found of this very evidence; `undefined` for other evidence, such as a subclass may ask about. */
  aheadOf(evidence: object): Promise<unknown> | undefined {
    return evidence === this.evidence ? this.ahead : undefined;
  }

  /** Milliseconds since the question was asked. */
  get durationMs(): number {
    return performance.now() - this.startedAt;
  }
}
