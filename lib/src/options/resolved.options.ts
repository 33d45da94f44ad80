import { ConfigService } from '@nestjs/config';
import { DEMO_VALUES } from '../contract/demo-credentials.js';
import { isProduction } from '../contract/production.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { Outcomes } from '../events/outcomes.js';
import type { HttpOptions } from '../http/http.options.js';
import { expectObject, validateOptions } from './options-validator.js';
import type { ProviderClass, ProviderOptions, ProviderOptionsClass } from '../providers/provider.options.js';
import { hasEnvironmentProxy, withEnvironment } from './environment.js';
import { classesIn } from './provider-classes.js';
import type { VerificationModuleOptions } from './verification.options.js';
import { withoutNulls } from './without-nulls.js';
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
  written: VerificationModuleOptions,
  defined: readonly ProviderClass[],
  outcomes: Outcomes,
  config: ConfigService = new ConfigService(),
): ResolvedOptions {
  const given = withoutNulls(written);
  const providers = completed(given, defined, (Options, own) => withEnvironment(Options, own, config));
  for (const [name, options] of providers) {
    const Options = options.constructor as ProviderOptionsClass;
    const { testKeys = {} } = Options;
    if (isProduction()) refuseSandbox(name, options, testKeys, given.allowLoopback ?? false);
    else refuseDemoElsewhere(name, options);
    refuseMixedKeys(name, options, testKeys);
    const warning = Options.warningOf?.(options);
    if (warning !== undefined) outcomes.warn('verification.misconfigured', warning, { provider: name });
  }
  const http = {
    ...given.http,
    environmentProxy: given.http?.dispatcher === undefined ? hasEnvironmentProxy() : false,
  };
  return new ResolvedOptions(given, http, providers);
}

/**
 * The options of every provider by name, completed and validated.
 * @throws ConfigurationError that names every mistake.
 */
export function completed(
  given: VerificationModuleOptions,
  defined: readonly ProviderClass[],
  complete: (Options: ProviderOptionsClass, own: object) => ProviderOptions,
): ReadonlyMap<string, ProviderOptions> {
  expectObject(given);
  const written = asObject(given.providers) ?? {};
  const providers = new Map<string, ProviderOptions>();
  for (const { Options } of [...defined, ...classesIn(given.customProviders)]) {
    if (Options === undefined) continue;
    const name = Options.provider;
    providers.set(name, complete(Options, asObject(member(written, name)) ?? {}));
  }
  validateOptions(given, providers);
  return providers;
}

type TestKeys = NonNullable<ProviderOptionsClass['testKeys']>;

/** Stops the boot where somebody would ship the sandbox, or a public test key, by mistake. */
function refuseSandbox(
  name: string,
  options: ProviderOptions,
  testKeys: TestKeys,
  allowLoopback: boolean,
): void {
  const option = optionIn(options, [...DEMO_VALUES, ...Object.values(testKeys).flat()]);
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

/** A real key beside a public one means that one of them was forgotten. */
function refuseMixedKeys(name: string, options: object, testKeys: TestKeys): void {
  const keys = options as Readonly<Record<string, string | undefined>>;
  const given = Object.entries(testKeys).filter(([key]) => keys[key] !== undefined);
  const kinds = new Map(given.map(([key, values]) => [values.includes(keys[key] ?? ''), key]));
  if (kinds.size < 2) return;
  throw new ConfigurationError(
    `"providers.${name}.${kinds.get(true) ?? ''}" is a public test key, and "${kinds.get(false) ?? ''}" is not. Use keys of one kind.`,
    name,
  );
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
