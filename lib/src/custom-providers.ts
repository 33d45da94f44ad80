import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { ResolvedOptions } from './options/resolved.options.js';
import * as builtIn from './providers/built-in.js';
import { PROVIDER_SEAM, ProviderRegistry } from './providers/registry.js';
import type { VerificationProvider } from './providers/verification.provider.js';

// Custom providers are ordinary providers of this module: injectable anywhere, with lifecycle hooks.

/** The custom providers that the module's definition names. */
const DEFINED = Symbol('nestjs-verification:defined-custom-providers');

/** Adds the application's own providers to the module's definition. */
export function withCustomProviders(definition: DynamicModule, classes: unknown): DynamicModule {
  // Options that are no array of classes stop the boot later, with a message.
  const own = Array.isArray(classes) ? classes.filter(each => typeof each === 'function') : [];
  const distinct = [...new Set(own as Type<VerificationProvider>[])];
  const defined: Provider = {
    provide: DEFINED,
    inject: distinct,
    useFactory: (...instances: VerificationProvider[]) =>
      new Map(instances.map((instance, index) => [distinct[index], instance])),
  };
  return {
    ...definition,
    providers: [...(definition.providers ?? []), ...distinct, defined],
    exports: [...(definition.exports ?? []), ...distinct],
  };
}

const services = Object.values(builtIn);

/** The registry of all providers: those built in, those defined, and those that a factory's options name. */
export const registry: Provider = {
  provide: ProviderRegistry,
  inject: [ResolvedOptions, ModuleRef, ModulesContainer, DEFINED, PROVIDER_SEAM, ...services],
  useFactory: async (
    resolved: ResolvedOptions,
    moduleRef: ModuleRef,
    modules: ModulesContainer,
    defined: ReadonlyMap<Type, VerificationProvider>,
    seam: (provider: VerificationProvider) => void,
    ...known: VerificationProvider[]
  ) => {
    const late = (resolved.given.customProviders ?? []).filter(each => !defined.has(each));
    const created = await Promise.all(
      late.map(async each => adopt(modules, resolved, each, await moduleRef.create(each))),
    );
    const all = [...known, ...defined.values(), ...created];
    for (const each of all) seam(each);
    return new ProviderRegistry(all);
  },
};

/** Makes a late provider one of the module's own, so that Nest finds it and calls its hooks. */
function adopt(
  modules: ModulesContainer,
  resolved: ResolvedOptions,
  provide: Type<VerificationProvider>,
  useValue: VerificationProvider,
): VerificationProvider {
  const host = [...modules.values()].find(each => each.providers.get(ResolvedOptions)?.instance === resolved);
  host?.addProvider({ provide, useValue });
  host?.exports.add(provide);
  return useValue;
}
