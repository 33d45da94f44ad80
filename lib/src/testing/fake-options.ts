import { expectObject, validateOptions } from '../options/options-validator.js';
import { isKey, type Credential } from '../providers/account.js';
import * as builtIn from '../providers/built-in.js';
import type { ProviderOptions } from '../providers/provider.options.js';
import { ResolvedOptions } from '../options/resolved.options.js';
import type { VerificationModuleOptions } from '../options/verification.options.js';

/**
 * The application's own options with other credentials; nothing is read from the environment.
 * @throws ConfigurationError for what the application's boot would refuse, too.
 */
export function withCredentials(
  given: VerificationModuleOptions,
  credentials: Readonly<Record<keyof typeof builtIn, object>>,
): ResolvedOptions {
  expectObject(given);
  const providers = new Map<string, ProviderOptions>();
  for (const [name, { Options }] of Object.entries(builtIn)) {
    const key = name as keyof typeof builtIn;
    providers.set(name, Object.assign(new Options(), given.providers?.[key], credentials[key]));
  }
  validateOptions({ ...given, providers: { ...given.providers, ...Object.fromEntries(providers) } });
  return new ResolvedOptions(given, { ...given.http, environmentProxy: false }, providers);
}

/** Credentials that open nothing. Functions of the application still tell its tenants apart. */
export function fakeCredentials({
  providers = {},
}: VerificationModuleOptions): Record<keyof typeof builtIn, object> {
  const entries = Object.entries(builtIn).map(([name, { Options }]): [string, object] => {
    const given = providers[name as keyof typeof builtIn] as Readonly<Record<string, unknown>> | undefined;
    const fakes = Object.keys(Options.environment).map((option): [string, Credential] => [
      option,
      fakeOf(given?.[option]),
    ]);
    return [name, { ...Object.fromEntries(fakes), baseUrl: `https://${name}.invalid` }];
  });
  return Object.fromEntries(entries) as Record<keyof typeof builtIn, object>;
}

/** A function that needs more than a test has gives one key to all. */
function fakeOf(credential: unknown): Credential {
  if (typeof credential !== 'function') return 'fake';
  return async context => {
    try {
      const key: unknown = await (credential as Exclude<Credential, string>)(context);
      return isKey(key) ? key : 'fake';
    } catch {
      return 'fake';
    }
  };
}
