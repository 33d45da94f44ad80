import { ConfigurationError } from '../errors/verification.error.js';
import type { ProviderClass } from './provider.options.js';
import type { VerificationProvider } from './verification.provider.js';

/** The token of a function that sees every provider before it is asked; the testing kit puts fakes there. */
export const PROVIDER_SEAM = Symbol('nestjs-verification:provider-seam');

/** Every provider of the application by name, configured or not. */
export class ProviderRegistry {
  private readonly providers = new Map<string, VerificationProvider>();

  constructor(providers: readonly VerificationProvider[]) {
    for (const provider of providers) {
      expectProvider(provider);
      const { name } = provider;
      if (typeof name !== 'string' || name === '') {
        throw new ConfigurationError(`${provider.constructor.name} in customProviders needs a "name".`);
      }
      const { Options } = provider.constructor as ProviderClass;
      if (Options !== undefined && Options.provider !== name) {
        throw new ConfigurationError(
          `${Options.name}.provider is "${Options.provider}", and its service is named "${name}": use one name.`,
          name,
        );
      }
      if (this.providers.has(name)) {
        throw new ConfigurationError(
          `Two providers are named "${name}"; give the one in customProviders another name.`,
          name,
        );
      }
      this.providers.set(name, provider);
    }
  }

  get names(): readonly string[] {
    return [...this.providers.keys()];
  }

  /** @throws ConfigurationError when there is no such provider. */
  get(name: string): VerificationProvider {
    const provider = this.providers.get(name);
    if (provider !== undefined) return provider;
    if (name === 'mitid' || name === 'bankid')
      throw new ConfigurationError(`"${name}" is a login method of "verifyid". Write 'verifyid'.`);
    const known = this.names.map(key => `"${key}"`).join(', ');
    throw new ConfigurationError(
      `There is no verification provider "${name}". Write one of ${known}, or add yours to customProviders.`,
    );
  }
}

function expectProvider(provider: Partial<VerificationProvider> | null | undefined): void {
  if (typeof provider?.ask === 'function') return;
  throw new ConfigurationError(
    `${provider?.constructor.name ?? typeof provider} is no verification provider. Extend VerificationProvider or HttpProvider; in tests, replace providers with overrideVerification(builder) of nestjs-verification/testing.`,
  );
}
