import type { ExecutionContext } from '@nestjs/common';
import { answerBy } from '../contract/answer-by.js';
import { redact } from '../errors/redact.js';
import { ConfigurationError, ProviderUnavailableError } from '../errors/verification.error.js';
import type { TimedContext } from '../events/call-record.js';
import type { Outcomes } from '../events/outcomes.js';
import { Repetition } from '../events/repetition.js';

type PerContext = (context: ExecutionContext) => string | Promise<string>;

/** Keeps apart the state of accounts and tenants that share a store. */
export class Scopes {
  /** A context's scope is found once, so that all state of an invocation is in the same. */
  private readonly found = new WeakMap<ExecutionContext, Promise<unknown>>();
  private readonly repetition = new Repetition();

  constructor(
    /** `scope` of the module, in place of the account at each provider. */
    private readonly said: string | PerContext | undefined,
    private readonly outcomes: Outcomes,
    /** The time that `said` may take, from the beginning of the invocation on, in milliseconds. */
    private readonly deadlineMs: number,
  ) {}

  /** Tells whether the application says the scope for each request. */
  get isPerRequest(): boolean {
    return typeof this.said === 'function';
  }

  /** @throws ConfigurationError where one scope is said for many accounts: a receipt of one would open the others' routes. */
  expectApart(provider: string, hasTenants: boolean): void {
    if (typeof this.said !== 'string' || !hasTenants) return;
    throw new ConfigurationError(
      `A credential of "${provider}" is a function, and "scope" is one text for all of its accounts. Make "scope" a function, too: (context) => the tenant; for keys that only rotate, () => 'a text'.`,
      provider,
    );
  }

  /**
   * The scope of a provider's state: what the application says, else its account there.
   * @throws ConfigurationError where the application's function does not say.
   * @throws ProviderUnavailableError where it fails; a line in the log says so.
   */
  async of(account: () => string | Promise<string>, source: TimedContext): Promise<string> {
    const { context, scope } = source;
    const said = scope ?? this.said;
    if (said === undefined) return account();
    if (typeof said === 'function' && context === undefined) {
      throw new ConfigurationError(
        '"scope" is a function of the context, and this call has none. Pass { context } or { scope }.',
      );
    }
    const text: unknown =
      typeof said === 'function' && context !== undefined ? await this.saidAt(context, said, source) : said;
    if (typeof text === 'string' && text !== '') return text;
    throw new ConfigurationError(
      `"scope" must be the text of a tenant, not ${text === '' ? 'an empty text' : typeof text}.`,
    );
  }

  private saidAt(
    context: ExecutionContext,
    scope: PerContext,
    { since = performance.now() }: TimedContext,
  ): Promise<unknown> {
    const known = this.found.get(context);
    if (known !== undefined) return known;
    const asked = Promise.resolve(context)
      .then(each => answerBy(scope(each), since + this.deadlineMs))
      .catch((error: unknown) => {
        this.repetition.rarely('', leftOut => {
          this.outcomes.error('verification.misconfigured', '"scope" failed', { leftOut, origin: error });
        });
        throw new ProviderUnavailableError(undefined, '"scope" failed', { cause: redact(error) });
      });
    this.found.set(context, asked);
    return asked;
  }
}
