import { ConfigService } from '@nestjs/config';
import { DEMO_CREDENTIALS } from '../contract/demo-credentials.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { HttpOptions } from '../http/http.options.js';
import { validateOptions } from './options-validator.js';
import * as builtIn from '../providers/built-in.js';
import type { ProviderOptions } from '../providers/provider.options.js';
import { hasEnvironmentProxy, isProduction, withEnvironment } from './environment.js';
import type { VerificationModuleOptions } from './verification.options.js';
import { isLoopback } from '../wire/url.js';

/** The application's options, completed from the environment and validated. */
export class ResolvedOptions {
  constructor(
    readonly given: VerificationModuleOptions,
    readonly http: HttpOptions & { readonly environmentProxy: boolean },
    /** Options of the built-in providers by name, each an instance of its class. */
    readonly providers: ReadonlyMap<string, ProviderOptions>,
  ) {}
}

/** @throws ConfigurationError that names the option and the fix. */
export function resolveOptions(
  given: VerificationModuleOptions,
  config: ConfigService | undefined,
): ResolvedOptions {
  validateOptions(given);
  const environment = config ?? new ConfigService();
  const providers = new Map<string, ProviderOptions>();
  for (const [name, { Options }] of Object.entries(builtIn)) {
    const own = given.providers?.[name as keyof typeof builtIn];
    providers.set(name, withEnvironment<ProviderOptions>(Options, own, environment));
  }
  validateOptions({ providers: Object.fromEntries(providers) });
  if (isProduction()) refuseSandbox(providers, given.allowLoopback ?? false);
  const http = {
    ...given.http,
    environmentProxy: given.http?.dispatcher === undefined && hasEnvironmentProxy(),
  };
  return new ResolvedOptions(given, http, providers);
}

const DEMO_VALUES = new Set<unknown>([
  ...Object.values(DEMO_CREDENTIALS).flatMap(each => Object.values(each)),
  'verifyid_test',
]);

/** Nobody ships the sandbox, or VerifyID's public test key, by mistake. */
function refuseSandbox(providers: ReadonlyMap<string, ProviderOptions>, allowLoopback: boolean): void {
  for (const [name, options] of providers) {
    for (const [option, value] of Object.entries(options)) {
      if (DEMO_VALUES.has(value)) {
        throw new ConfigurationError(
          `"providers.${name}.${option}" is a public test credential, and NODE_ENV is production. Use your own.`,
          name,
        );
      }
    }
    if (options.baseUrl !== undefined && !allowLoopback && isLoopback(new URL(options.baseUrl).hostname)) {
      throw new ConfigurationError(
        `"providers.${name}.baseUrl" is a loopback address, and NODE_ENV is production. Remove it, or set allowLoopback for a proxy of your own.`,
        name,
      );
    }
  }
}
