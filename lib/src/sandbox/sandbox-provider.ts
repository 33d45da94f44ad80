import * as APIS from './apis.js';
import type { Manifest } from './manifest.js';

/** The manifests of all emulated APIs, by name. */
export type Apis = {
  [E in keyof typeof APIS as (typeof APIS)[E]['name']]: (typeof APIS)[E];
};

/** The name of an emulated API. */
export type SandboxProvider = keyof Apis;

/** The emulators of a sandbox, by the name of their API. */
export type Emulators = { readonly [N in SandboxProvider]: InstanceType<Apis[N]['emulator']> };

export const MANIFESTS = Object.fromEntries(
  Object.values<Manifest>(APIS).map(manifest => [manifest.name, manifest]),
) as Readonly<Record<SandboxProvider, Manifest>>;

export const SANDBOX_PROVIDERS = Object.keys(MANIFESTS) as [SandboxProvider, ...SandboxProvider[]];

export function providerNamed(name: string): SandboxProvider | undefined {
  return SANDBOX_PROVIDERS.find(known => known === name);
}
