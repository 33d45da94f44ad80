import { MODULE_OPTIONS_TOKEN } from '../options/module-definition.js';
import { PROVIDER_CLASSES } from '../options/provider-classes.js';
import { completed, ResolvedOptions } from '../options/resolved.options.js';
import { isKey, type Credential } from '../providers/account.js';
import type { VerificationModuleOptions } from '../options/verification.options.js';
import { withoutNulls } from '../options/without-nulls.js';
import type { ProviderClass, ProviderOptionsClass } from '../providers/provider.options.js';

/**
 * Replaces the application's own options by the same with other credentials; nothing is read from the environment. It
 * fails with a ConfigurationError for what the application's boot would refuse, too.
 */
export function optionsWith(
  credentialsOf: (Options: ProviderOptionsClass, own: object) => object | undefined,
) {
  return {
    provide: ResolvedOptions,
    inject: [MODULE_OPTIONS_TOKEN, PROVIDER_CLASSES],
    useFactory: (written: VerificationModuleOptions, defined: readonly ProviderClass[]): ResolvedOptions => {
      const given = withoutNulls(written);
      const providers = completed(given, defined, (Options, own) =>
        Object.assign(new Options(), own, credentialsOf(Options, own)),
      );
      return new ResolvedOptions(given, { ...given.http, environmentProxy: false }, providers);
    },
  };
}

/** Credentials that open nothing. Functions of the application still tell its tenants apart. */
export function fakeCredentials({ provider, environment }: ProviderOptionsClass, own: object): object {
  const fakes = Object.keys(environment).map((option): [string, Credential] => [
    option,
    fakeOf((own as Readonly<Record<string, unknown>>)[option]),
  ]);
  return { ...Object.fromEntries(fakes), baseUrl: `https://${provider}.invalid` };
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
