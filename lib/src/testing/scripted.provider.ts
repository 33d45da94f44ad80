import { attest, reject, type Answer } from '../contract/answer.js';
import type { Evidence } from '../contract/evidence.js';
import type { RejectionReason } from '../contract/verdict.js';
import { ConfigurationError, type VerificationError } from '../errors/verification.error.js';
import type { CallRecord } from '../events/call-record.js';
import type { WireRequest } from '../http/wire-request.js';
import type { Check } from '../providers/check.js';
import type { VerificationProvider } from '../providers/verification.provider.js';
import { AnswerScript, type Said } from './answer-script.js';

/** A question on its way to a provider. */
export interface PassingQuestion {
  readonly evidence: Evidence;
  readonly check: Check;
  readonly record: CallRecord;
  /** Asks with the provider's own code. */
  readonly ask: () => Promise<Answer>;
}

/** A question as it is remembered. */
export interface NotedQuestion {
  readonly evidence: Evidence;
  readonly claims: readonly string[];
  readonly tenant?: string;
}

/** An outage. */
export interface FakeOutage {
  /** The time that the provider asks to wait, in milliseconds. @default it does not say */
  readonly retryAfterMs?: number;
}

type Extras = Readonly<Record<string, unknown>>;
type Failure = new (provider: string, message: string, options: FakeOutage) => VerificationError;

/** Answers in place of one provider, as a test says. */
export abstract class ScriptedProvider {
  /** @internal The reasons that the provider has, the usual one first; `undefined` where nobody knows. */
  protected readonly reasons: readonly RejectionReason[] | undefined;
  /** @internal */
  protected readonly script = new AnswerScript();
  /** @internal */
  protected readonly noted: NotedQuestion[] = [];
  private provider: VerificationProvider | undefined;

  constructor(readonly name: string) {}

  /** @internal How a test writes this fake. */
  protected get handle(): string {
    return `verification.of('${this.name}')`;
  }

  /** @internal Forgets what was said and what was asked. */
  reset(): void {
    this.script.clear();
    this.noted.length = 0;
  }

  /** @internal The application's own provider, which goes on to know what it can attest. */
  adopt(provider: VerificationProvider): void {
    this.provider = provider;
  }

  /** @internal Answers a question. */
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async ask(passing: PassingQuestion): Promise<Answer> {
    passing.record.attempts++;
    return this.answer(noteOf(passing));
  }

  /** @internal Takes note of a question, and answers it as the test said. */
  protected answer(asked: NotedQuestion, _request?: WireRequest): Answer {
    this.noted.push(asked);
    const said = this.script.take();
    if (said === undefined) throw this.nothingSaid(asked.claims);
    return said.answer();
  }

  private nothingSaid(claims: readonly string[]): ConfigurationError {
    const demanded = claims.map(claim => `'${claim}'`).join(', ');
    return this.mistake(
      `The test did not say what "${this.name}" answers. Write ${this.handle}.accept([${demanded}]), .reject() or .unavailable() before it is asked.`,
    );
  }

  /** @internal */
  protected mistake(message: string): ConfigurationError {
    return new ConfigurationError(message, this.name);
  }

  /** @internal Attests claims that were found possible. */
  protected attestation(claims: readonly string[], extras: Extras): Answer {
    return attest(claims, extras);
  }

  /** @internal @throws ConfigurationError for a claim that the provider can never attest. */
  protected expectPossible(claims: readonly string[], provider: VerificationProvider): void {
    try {
      provider.prepare(undefined);
    } catch {
      return; // its requirements need more than claims, so that nothing can be told from these alone
    }
    provider.prepare({ claims });
  }

  /** @internal */
  protected yes(claims: readonly string[] | undefined, extras: Extras = {}): Said {
    const answer = (): Answer => this.attestation(this.possible(claims), extras);
    if (this.provider !== undefined) answer(); // a mistake of the test is told at once
    return { answer, isOutage: false };
  }

  /** @internal */
  protected no(reason: RejectionReason = this.reasons?.[0] ?? 'not_verified'): Said {
    if (this.reasons?.includes(reason) === false) {
      const known = this.reasons.map(each => `'${each}'`).join(', ');
      throw this.mistake(`"${this.name}" never answers '${reason}'. Write one of ${known}.`);
    }
    return { answer: () => reject(reason), isOutage: false };
  }

  /** @internal */
  protected outage(Failure: Failure, what: string, options: FakeOutage = {}): Said {
    const answer = (): never => {
      throw new Failure(this.name, `${this.name} ${what}: the test says so`, options);
    };
    return { answer, isOutage: true };
  }

  /** The claims said, or the provider's default ones. */
  private possible(claims: readonly string[] | undefined): readonly string[] {
    if (this.provider === undefined) return claims ?? []; // no application yet: the first question will tell
    if (claims === undefined) return this.provider.prepare(undefined).claims;
    this.expectPossible(claims, this.provider);
    return claims;
  }
}

/** A question as a test sees it. */
export function noteOf({ evidence, check: { claims }, record: { tenant } }: PassingQuestion): NotedQuestion {
  return { evidence, claims, ...(tenant !== undefined && { tenant }) };
}
