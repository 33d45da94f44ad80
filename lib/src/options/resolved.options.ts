import { ConfigService } from '@nestjs/config';
import { DEMO_CREDENTIALS } from '../contract/demo-credentials.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { Outcomes } from '../events/outcomes.js';
import type { HttpOptions } from '../http/http.options.js';
import { validateOptions } from './options-validator.js';
import * as builtIn from '../providers/built-in.js';
import type { ProviderOptions, ProviderOptionsClass } from '../providers/provider.options.js';
import { hasEnvironmentProxy, isProduction, withEnvironment } from './environment.js';
import type { VerificationModuleOptions } from './verification.options.js';
import { isLoopback } from '../wire/url.js';

/** The application's options, completed from the environment and validated. */
export class ResolvedOptions {
  constructor(
    readonly given: VerificationModuleOptions,
    readonly http: HttpOptions & { readonly environmentProxy: 'http' | 'https' | false },
    /** Options of the built-in providers by name, each an instance of its class. */
    readonly providers: ReadonlyMap<string, ProviderOptions>,
  ) {}
}

/** @throws ConfigurationError that names the option and the fix. */
export function resolveOptions(
  given: VerificationModuleOptions,
  config: ConfigService | undefined,
  outcomes: Outcomes,
): ResolvedOptions {
  validateOptions(given);
  const environment = config ?? new ConfigService();
  const providers = new Map<string, ProviderOptions>();
  const classes: [string, ProviderOptionsClass][] = Object.entries(builtIn).map(([name, { Options }]) => [
    name,
    Options,
  ]);
  for (const [name, Options] of classes) {
    const own = given.providers?.[name as keyof typeof builtIn];
    providers.set(name, withEnvironment(Options, own, environment));
  }
  validateOptions({ providers: Object.fromEntries(providers) });
  if (typeof given.scope === 'string') expectOneAccount(providers);
  if (isProduction()) refuseSandbox(providers, given.allowLoopback ?? false);
  else refuseDemoElsewhere(providers);
  for (const [name, Options] of classes) {
    const warning = Options.warningOf?.(providers.get(name) ?? new Options());
    if (warning !== undefined) outcomes.warn('verification.misconfigured', warning, { provider: name });
  }
  const http = {
    ...given.http,
    environmentProxy: given.http?.dispatcher === undefined ? hasEnvironmentProxy() : false,
  };
  return new ResolvedOptions(given, http, providers);
}

/** With one scope for all, a receipt of one account would open the other's routes. */
function expectOneAccount(providers: ReadonlyMap<string, ProviderOptions>): void {
  for (const [name, options] of providers) {
    const option = Object.entries(options).find(([, value]) => typeof value === 'function')?.[0];
    if (option === undefined) continue;
    throw new ConfigurationError(
      `"providers.${name}.${option}" is a function, and "scope" is one text for all of its accounts. Make "scope" a function, too: (context) => the tenant; for keys that only rotate, () => 'a text'.`,
      name,
    );
  }
}

const DEMO_VALUES: readonly unknown[] = Object.values(DEMO_CREDENTIALS).flatMap(each => Object.values(each));

/** Nobody ships the sandbox, or VerifyID's public test key, by mistake. */
function refuseSandbox(providers: ReadonlyMap<string, ProviderOptions>, allowLoopback: boolean): void {
  for (const [name, options] of providers) {
    const option = optionIn(options, [...DEMO_VALUES, 'verifyid_test']);
    if (option !== undefined) {
      throw new ConfigurationError(
        `"providers.${name}.${option}" is a public test credential, and NODE_ENV is production. Use your own.`,
        name,
      );
    }
    if (options.baseUrl !== undefined && !allowLoopback && isLoopback(new URL(options.baseUrl).hostname)) {
      throw new ConfigurationError(
        `"providers.${name}.baseUrl" is a loopback address, and NODE_ENV is production. Remove it, or set allowLoopback for a proxy of your own.`,
        name,
      );
    }
  }
}

/** The sandbox listens on loopback only, and no other server knows its credentials. */
function refuseDemoElsewhere(providers: ReadonlyMap<string, ProviderOptions>): void {
  for (const [name, options] of providers) {
    const option = optionIn(options, DEMO_VALUES);
    if (option === undefined) continue;
    if (options.baseUrl !== undefined && isLoopback(new URL(options.baseUrl).hostname)) continue;
    throw new ConfigurationError(
      `"providers.${name}.${option}" is a credential of the sandbox, but "providers.${name}.baseUrl" is not the sandbox. Set it to the address of the sandbox, such as http://127.0.0.1:4010/${name}, or use your own credential.`,
      name,
    );
  }
}

function optionIn(options: ProviderOptions, values: readonly unknown[]): string | undefined {
  return Object.entries(options).find(([, value]) => values.includes(value))?.[0];
}
