import type { DynamicModule, FactoryProvider, Provider, Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { classesIn, PROVIDER_CLASSES } from './options/provider-classes.js';
import { ResolvedOptions } from './options/resolved.options.js';
import * as builtIn from './providers/built-in.js';
import type { ProviderClass } from './providers/provider.options.js';
import { PROVIDER_SEAM, ProviderRegistry } from './providers/registry.js';
import type { VerificationProvider } from './providers/verification.provider.js';

// Providers, custom ones as well, are ordinary providers of this module: injectable anywhere, with lifecycle hooks.

/** The services of {@link PROVIDER_CLASSES}. */
const DEFINED = Symbol('nestjs-verification:defined-providers');

/** Adds the services, built in or the application's own, and their options to the module's definition. */
export function withProviders(definition: DynamicModule, customProviders: unknown): DynamicModule {
  const classes = [...new Set([...Object.values(builtIn), ...classesIn(customProviders)])];
  const defined: Provider = {
    provide: DEFINED,
    inject: classes,
    useFactory: (...instances: VerificationProvider[]) =>
      new Map(instances.map((instance, index) => [classes[index], instance])),
  };
  const known: Provider = { provide: PROVIDER_CLASSES, useValue: classes };
  return {
    ...definition,
    providers: [...(definition.providers ?? []), known, ...classes.flatMap(optionsOf), ...classes, defined],
    exports: [...(definition.exports ?? []), ...classes],
  };
}

function optionsOf({ Options }: ProviderClass): FactoryProvider[] {
  if (Options === undefined) return [];
  const useFactory = ({ providers }: ResolvedOptions) => providers.get(Options.provider);
  return [{ provide: Options, inject: [ResolvedOptions], useFactory }];
}

/** The registry of all providers: those defined, and those that a factory's options name. */
export const registry: Provider = {
  provide: ProviderRegistry,
  inject: [ResolvedOptions, ModuleRef, ModulesContainer, DEFINED, PROVIDER_SEAM],
  useFactory: async (
    resolved: ResolvedOptions,
    moduleRef: ModuleRef,
    modules: ModulesContainer,
    defined: ReadonlyMap<Type, VerificationProvider>,
    seam: (provider: VerificationProvider) => void,
  ) => {
    const host = [...modules.values()].find(
      each => each.providers.get(ResolvedOptions)?.instance === resolved,
    );
    const late: ProviderClass<VerificationProvider>[] = resolved.given.customProviders ?? [];
    const created = await Promise.all(
      late
        .filter(each => !defined.has(each))
        .map(async each => {
          const { Options } = each;
          if (Options !== undefined)
            host?.addProvider({ provide: Options, useValue: resolved.providers.get(Options.provider) });
          const useValue = await moduleRef.create(each);
          // A late provider becomes one of the module's own, so that Nest finds it and calls its hooks.
          host?.addProvider({ provide: each, useValue });
          host?.exports.add(each);
          return useValue;
        }),
    );
    const all = [...defined.values(), ...created];
    for (const each of all) seam(each);
    return new ProviderRegistry(all);
  },
};
