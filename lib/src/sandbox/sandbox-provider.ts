import * as APIS from './apis.js';
import type { Manifest } from './manifest.js';

/** The manifests of all emulated APIs, by name. */
export type Apis = typeof APIS;

/** The name of an emulated API. The sandbox serves the API below `/<name>`. */
export type SandboxProvider = keyof Apis;

/** The emulators of a sandbox, by the name of their API. */
export type Emulators = { readonly [N in SandboxProvider]: InstanceType<Apis[N]['emulator']> };

export const MANIFESTS: Readonly<Record<SandboxProvider, Manifest>> = APIS;

export const SANDBOX_PROVIDERS = Object.keys(APIS) as readonly SandboxProvider[];

export function providerNamed(name: string): SandboxProvider | undefined {
  return SANDBOX_PROVIDERS.find(known => known === name);
}
