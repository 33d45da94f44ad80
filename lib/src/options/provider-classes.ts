import { ConfigurationError } from '../errors/verification.error.js';
import type { ProviderClass, ProviderOptionsClass } from '../providers/provider.options.js';

/** The token of the services' classes that the module's definition knows: those built in, and `customProviders`. */
export const PROVIDER_CLASSES = Symbol('nestjs-verification:provider-classes');

/**
 * The classes in `customProviders`; what is no array of classes stops the boot later, with the other mistakes.
 * @throws ConfigurationError for options that do not say whose they are.
 */
export function classesIn(customProviders: unknown): readonly ProviderClass[] {
  const all: unknown[] = Array.isArray(customProviders) ? customProviders : [];
  const classes = all.filter(each => typeof each === 'function') as ProviderClass[];
  for (const { name, Options } of classes as { name: string; Options?: Partial<ProviderOptionsClass> }[]) {
    if (Options === undefined || (Options.provider && Options.environment)) continue;
    throw new ConfigurationError(
      `${name}.Options needs static members: provider = 'name', environment = { baseUrl: ['NAME_BASE_URL'] }.`,
    );
  }
  return classes;
}
