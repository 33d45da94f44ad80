import { ConfigurationError } from '../errors/verification.error.js';
import {
  ProviderOptions,
  type ProviderClass,
  type ProviderOptionsClass,
} from '../providers/provider.options.js';
import { expectObject } from './options-validator.js';
import type { VerificationModuleOptions } from './verification.options.js';

/** The token of the services' classes that the module's definition knows: those built in, and `customProviders`. */
export const PROVIDER_CLASSES = Symbol('nestjs-verification:provider-classes');

/**
 * The options classes of all providers by name, those of `customProviders` in a factory's options included.
 * @throws ConfigurationError for a class that says too little of itself, or has another one's name.
 */
export function optionsClassesOf(
  defined: readonly ProviderClass[],
  given: VerificationModuleOptions,
): ReadonlyMap<string, ProviderOptionsClass> {
  expectObject(given);
  const known = new Map<string, ProviderOptionsClass>();
  for (const service of new Set([...defined, ...classesIn(given.customProviders)])) {
    const { Options } = service;
    if (Options === undefined) continue;
    expectOptionsClass(Options, service.name);
    const { provider } = Options;
    if ((known.get(provider) ?? Options) !== Options) {
      throw new ConfigurationError(
        `Two providers are named "${provider}"; give the one in customProviders another name.`,
        provider,
      );
    }
    known.set(provider, Options);
  }
  return known;
}

/** The classes in `customProviders`; what is no array of classes stops the boot with the other mistakes. */
export function classesIn(customProviders: unknown): readonly ProviderClass[] {
  const classes: unknown[] = Array.isArray(customProviders) ? customProviders : [];
  return classes.filter(each => typeof each === 'function') as ProviderClass[];
}

function expectOptionsClass(Options: unknown, service: string): void {
  if (typeof Options === 'function' && Options.prototype instanceof ProviderOptions) {
    const { provider, environment } = Options as Partial<ProviderOptionsClass>;
    if (typeof provider === 'string' && provider !== '' && typeof environment === 'object') return;
  }
  throw new ConfigurationError(
    `${service}.Options must be a class that extends ProviderOptions, with "static readonly provider = 'name'" and "static readonly environment = { apiKey: ['NAME_API_KEY'], baseUrl: ['NAME_BASE_URL'] }".`,
  );
}
