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

  /**
   * The scope of a provider's state: what the application says, else its account there.
   * @throws ConfigurationError where the application's function does not say.
   */
  async of(account: string, { context, scope }: ScopeSource = {}): Promise<string> {
    const said = scope ?? this.options.scope;
    if (typeof said !== 'function') return said ?? account;
    if (context === undefined) {
      throw new ConfigurationError(
        '"scope" is a function of the context, and this call has none. Pass { context } or { scope }.',
      );
    }
    const text: unknown = await said(context);
    if (typeof text === 'string' && text !== '') return text;
    throw new ConfigurationError(`"scope" returned ${text === '' ? 'an empty text' : typeof text}.`);
  }
}
