import { PROVIDER_CLASSES } from '../options/provider-classes.js';
import { completed, ResolvedOptions } from '../options/resolved.options.js';
import { MODULE_OPTIONS_TOKEN } from '../options/module-definition.js';
import type { VerificationModuleOptions } from '../options/verification.options.js';
import type { ProviderClass, ProviderOptionsClass } from '../providers/provider.options.js';

/**
 * Replaces the application's own options by the same with other credentials; nothing is read from the environment. It
 * fails with a ConfigurationError for what the application's boot would refuse, too.
 */
export function optionsWith(credentialsOf: (Options: ProviderOptionsClass) => object | undefined) {
  return {
    provide: ResolvedOptions,
    inject: [MODULE_OPTIONS_TOKEN, PROVIDER_CLASSES],
    useFactory: (given: VerificationModuleOptions, defined: readonly ProviderClass[]): ResolvedOptions => {
      const providers = completed(given, defined, (Options, own) =>
        Object.assign(new Options(), own, credentialsOf(Options)),
      );
      return new ResolvedOptions(given, { ...given.http, environmentProxy: false }, providers);
    },
  };
}

/** Credentials that open nothing. */
export function fakeCredentials({ provider, environment }: ProviderOptionsClass): object {
  const fake = Object.keys(environment).map(option => [option, 'fake']);
  return { ...(Object.fromEntries(fake) as object), baseUrl: `https://${provider}.invalid` };
}
