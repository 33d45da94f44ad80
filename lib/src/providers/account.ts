import type { ExecutionContext } from '@nestjs/common';
import { answerBy } from '../contract/answer-by.js';
import { DEMO_VALUES } from '../contract/demo-credentials.js';
import { isProduction } from '../contract/production.js';
import { redact } from '../errors/redact.js';
import { ConfigurationError, ProviderUnavailableError } from '../errors/verification.error.js';
import type { TimedContext } from '../events/call-record.js';
import type { Outcomes } from '../events/outcomes.js';
import { Repetition } from '../events/repetition.js';

/** A key or secret: a text, or a function that gives the one for a request, such as a tenant's or one that rotates. */
export type Credential = string | ((context?: ExecutionContext) => string | Promise<string>);

/** One account at a provider. */
export interface Account {
  /** Its keys and secrets, by the names of the options. */
  readonly keys: Readonly<Record<string, string>>;
  /** Identifies the account to breakers and state: equal keys give an equal id. It holds secrets and is never shown. */
  readonly id: string;
}

const PRINTABLE = /^[\x21-\x7e]{1,1024}$/;

/** Tells whether a value can be a key or secret: printable ASCII without spaces. */
export function isKey(value: unknown): value is string {
  return typeof value === 'string' && PRINTABLE.test(value);
}

/** The accounts that a provider may use: one, or one for each request where a credential is a function. */
export class Accounts {
  /** `true` if requests may use different accounts. */
  readonly areMany: boolean;
  private readonly one: Account | undefined;
  /** A context's account is found once, so that all questions of an invocation use the same. */
  private readonly found = new WeakMap<object, Promise<Account>>();
  private readonly repetition = new Repetition();

  constructor(
    private readonly provider: string,
    private readonly baseUrl: string,
    private readonly credentials: Readonly<Record<string, Credential | undefined>>,
    private readonly outcomes: Outcomes,
    /** The time that functions may take, from the beginning of the invocation on, in milliseconds. */
    private readonly deadlineMs: () => number,
    private readonly options: {
      readonly environment: Readonly<Record<string, readonly string[]>>;
      readonly testKeys?: Readonly<Record<string, readonly string[]>>;
    } = { environment: {} },
  ) {
    this.areMany = Object.values(credentials).some(each => typeof each === 'function');
    if (!this.areMany)
      this.one = this.accountOf(Object.entries(credentials) as [string, string | undefined][]);
  }

  /** @throws ConfigurationError for a credential that was never given. */
  expectConfigured(): void {
    for (const [option, value] of Object.entries(this.credentials)) {
      if (value !== undefined) continue;
      const variable = this.options.environment[option]?.[0];
      const fix = variable === undefined ? 'Pass' : `Set ${variable} or pass`;
      throw new ConfigurationError(
        `Provider "${this.provider}" is not configured. ${fix} providers.${this.provider}.${option} to VerificationModule.forRoot().`,
        this.provider,
      );
    }
  }

  /**
   * The account of a question; the same for all questions of a context.
   * @throws ProviderUnavailableError where a function fails or gives no key; a line in the log says which.
   */
  at(question: TimedContext): Account | Promise<Account> {
    if (this.one !== undefined) return this.one;
    const { context, since = performance.now() } = question;
    const known = this.found.get(context ?? question);
    if (known !== undefined) return known;
    const asked = this.ask(context, since + this.deadlineMs());
    this.found.set(context ?? question, asked);
    return asked;
  }

  private async ask(context: ExecutionContext | undefined, deadline: number): Promise<Account> {
    const keys: [string, string | undefined][] = [];
    for (const [option, credential] of Object.entries(this.credentials)) {
      keys.push([
        option,
        typeof credential === 'function'
          ? await this.said(option, credential, context, deadline)
          : credential,
      ]);
    }
    return this.accountOf(keys);
  }

  private async said(
    option: string,
    credential: Exclude<Credential, string>,
    context: ExecutionContext | undefined,
    deadline: number,
  ): Promise<string> {
    let mistake: string;
    let origin: unknown;
    try {
      const key: unknown = await answerBy(credential(context), deadline);
      const isPublic =
        isProduction() && [...DEMO_VALUES, ...(this.options.testKeys?.[option] ?? [])].includes(key);
      if (isKey(key) && !isPublic) return key;
      mistake = isPublic
        ? 'returned a public test key, and NODE_ENV is production'
        : `returned no key but ${key === '' ? 'an empty text' : typeof key === 'string' ? 'a text with spaces or line breaks' : typeof key}`;
    } catch (error) {
      mistake = 'failed';
      origin = error;
    }
    const hint = context === undefined ? '. The call had no context: pass { context }' : '';
    const message = `"providers.${this.provider}.${option}" ${mistake}${hint}`;
    this.repetition.rarely(message, leftOut => {
      this.outcomes.error('verification.misconfigured', message, {
        provider: this.provider,
        leftOut,
        origin,
      });
    });
    throw new ProviderUnavailableError(this.provider, message, { cause: redact(origin) });
  }

  private accountOf(keys: readonly (readonly [string, string | undefined])[]): Account {
    const given = keys.filter(([, key]) => key !== undefined) as [string, string][];
    return {
      keys: Object.fromEntries(given),
      id: JSON.stringify([this.provider, this.baseUrl, ...keys.map(([, key]) => key)]),
    };
  }
}
