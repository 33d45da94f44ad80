import { ConfigService } from '@nestjs/config';
import { DEMO_CREDENTIALS } from '../contract/demo-credentials.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { Outcomes } from '../events/outcomes.js';
import type { HttpOptions } from '../http/http.options.js';
import { validateOptions } from './options-validator.js';
import type { ProviderClass, ProviderOptions, ProviderOptionsClass } from '../providers/provider.options.js';
import { hasEnvironmentProxy, isProduction, withEnvironment } from './environment.js';
import { optionsClassesOf } from './provider-classes.js';
import type { VerificationModuleOptions } from './verification.options.js';
import { asObject, member } from '../wire/json.js';
import { isLoopback } from '../wire/url.js';

/** The application's options, completed from the environment and validated. */
export class ResolvedOptions {
  constructor(
    readonly given: VerificationModuleOptions,
    readonly http: HttpOptions & { readonly environmentProxy: 'http' | 'https' | false },
    /** Options of the providers by name, each an instance of its class. */
    readonly providers: ReadonlyMap<string, ProviderOptions>,
  ) {}
}

/** @throws ConfigurationError that names the option and the fix. */
export function resolveOptions(
  given: VerificationModuleOptions,
  defined: readonly ProviderClass[],
  outcomes: Outcomes,
  config: ConfigService = new ConfigService(),
): ResolvedOptions {
  const known = optionsClassesOf(defined, given);
  const providers = completed(given, known, (Options, own) => withEnvironment(Options, own, config));
  for (const [name, Options] of known) {
    const options = providers.get(name) ?? new Options();
    refuseTestKeys(Options, options);
    if (isProduction()) refuseSandbox(name, options, given.allowLoopback ?? false);
    else refuseDemoElsewhere(name, options);
    const warning = Options.warningOf?.(options);
    if (warning !== undefined) outcomes.warn('verification.misconfigured', warning, { provider: name });
  }
  const http = {
    ...given.http,
    environmentProxy: given.http?.dispatcher === undefined ? hasEnvironmentProxy() : false,
  };
  return new ResolvedOptions(given, http, providers);
}

const DEMO_VALUES: readonly unknown[] = Object.values(DEMO_CREDENTIALS).flatMap(each => Object.values(each));

/**
 * The options of every provider, completed and validated.
 * @throws ConfigurationError that names every mistake.
 */
export function completed(
  given: VerificationModuleOptions,
  known: ReadonlyMap<string, ProviderOptionsClass>,
  complete: (Options: ProviderOptionsClass, own: object) => ProviderOptions,
): ReadonlyMap<string, ProviderOptions> {
  const written = asObject(given.providers ?? {});
  const ownOf = (name: string): unknown => (written === undefined ? undefined : member(written, name));
  const all = [...known].map(([name, Options]): [string, ProviderOptions] => [
    name,
    complete(Options, asObject(ownOf(name)) ?? {}),
  ]);
  // What is no object of a provider stays, and is a mistake.
  const wrong = Object.entries(written ?? {}).filter(
    ([name, own]) => !known.has(name) || asObject(own ?? {}) === undefined,
  );
  const providers = written === undefined ? given.providers : Object.fromEntries([...all, ...wrong]);
  validateOptions({ ...given, providers }, known);
  return new Map(all);
}

/** Everybody knows the keys: beside a real one, the answers of the other account would count. */
function refuseTestKeys({ provider, testKeys = {} }: ProviderOptionsClass, options: ProviderOptions): void {
  const given = Object.entries(options).filter(
    ([name, value]) => Object.hasOwn(testKeys, name) && value !== undefined,
  );
  const [test, real] = [true, false].map(
    isTest => given.find(([name, value]) => testKeys[name]?.includes(String(value)) === isTest)?.[0],
  );
  if (test !== undefined && isProduction()) throw publicCredential(provider, test);
  if (test === undefined || real === undefined) return;
  throw new ConfigurationError(
    `"providers.${provider}.${test}" is a public test key, but "providers.${provider}.${real}" is not. Use keys of one kind.`,
    provider,
  );
}

function publicCredential(name: string, option: string): ConfigurationError {
  return new ConfigurationError(
    `"providers.${name}.${option}" is a public test credential, and NODE_ENV is production. Use your own.`,
    name,
  );
}

/** Nobody ships the sandbox by mistake. */
function refuseSandbox(name: string, options: ProviderOptions, allowLoopback: boolean): void {
  const option = optionIn(options, DEMO_VALUES);
  if (option !== undefined) throw publicCredential(name, option);
  if (options.baseUrl !== undefined && !allowLoopback && isLoopback(new URL(options.baseUrl).hostname)) {
    throw new ConfigurationError(
      `"providers.${name}.baseUrl" is a loopback address, and NODE_ENV is production. Remove it, or set allowLoopback for a proxy of your own.`,
      name,
    );
  }
}

/** The sandbox listens on loopback only, and no other server knows its credentials. */
function refuseDemoElsewhere(name: string, options: ProviderOptions): void {
  const option = optionIn(options, DEMO_VALUES);
  if (option === undefined) return;
  if (options.baseUrl !== undefined && isLoopback(new URL(options.baseUrl).hostname)) return;
  throw new ConfigurationError(
    `"providers.${name}.${option}" is a credential of the sandbox, but "providers.${name}.baseUrl" is not the sandbox. Set it to the address of the sandbox, such as http://127.0.0.1:4010/${name}, or use your own credential.`,
    name,
  );
}

function optionIn(options: ProviderOptions, values: readonly unknown[]): string | undefined {
  return Object.entries(options).find(([, value]) => values.includes(value))?.[0];
}
