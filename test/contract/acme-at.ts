import type { VerificationModuleOptions } from 'nestjs-verification';
import { AcmeService } from './acme.provider.js';

/** Acme's credential. */
export const ACME_KEY = 'acme-canary-secret';

/** Options with the provider of the guide at an address. */
export function acmeAt(baseUrl: string): Pick<VerificationModuleOptions, 'providers' | 'customProviders'> {
  return { customProviders: [AcmeService], providers: { acme: { key: ACME_KEY, baseUrl } } };
}
