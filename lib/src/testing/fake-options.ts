import { expectObject, validateOptions } from '../options/options-validator.js';
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

/** Credentials that open nothing. */
export function fakeCredentials(): Record<keyof typeof builtIn, object> {
  const entries = Object.entries(builtIn).map(([name, { Options }]): [string, object] => {
    const fake = Object.keys(Options.environment).map((option): [string, string] => [option, 'fake']);
    return [name, Object.fromEntries([...fake, ['baseUrl', `https://${name}.invalid`]])];
  });
  return Object.fromEntries(entries) as Record<keyof typeof builtIn, object>;
}
