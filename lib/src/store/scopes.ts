import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
import { StateOptions } from './state.options.js';

/** Whose state is read and written: a manual check says it where the module's `scope` is a function. */
export interface ScopeSource {
  readonly context?: ExecutionContext | undefined;
  readonly scope?: string | undefined;
}

/** Keeps apart the state of accounts and tenants that share a store. */
@Injectable()
export class Scopes {
  constructor(@Inject(StateOptions) private readonly options: StateOptions) {}

  /** Whether the application says the scope for each request. */
  get isPerRequest(): boolean {
    return typeof this.options.scope === 'function';
  }

  /**
   * The scope of a provider's state: what the application says, else its account there.
   * @throws ConfigurationError where the application's function does not say.
   */
  async of(account: () => string | Promise<string>, { context, scope }: ScopeSource): Promise<string> {
    const said = scope ?? this.options.scope;
    if (said === undefined) return account();
    if (typeof said === 'function' && context === undefined) {
      throw new ConfigurationError(
        '"scope" is a function of the context, and this call has none. Pass { context } or { scope }.',
      );
    }
    const text: unknown = typeof said === 'function' && context !== undefined ? await said(context) : said;
    if (typeof text === 'string' && text !== '') return text;
    throw new ConfigurationError(
      `"scope" must be the text of a tenant, not ${text === '' ? 'an empty text' : typeof text}.`,
    );
  }
}
