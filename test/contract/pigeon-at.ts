import type { VerificationModuleOptions } from 'nestjs-verification';
import { PigeonService, type PigeonOptions } from './pigeon.provider.js';

/** Pigeon's credential. */
export const PIGEON_KEY = 'pigeon-canary-secret';

/** Options with the provider of the guide at an address. */
export function pigeonAt(
  baseUrl: string,
  options: Partial<PigeonOptions> = {},
): Pick<VerificationModuleOptions, 'providers' | 'customProviders'> {
  return {
    customProviders: [PigeonService],
    providers: { pigeon: { key: PIGEON_KEY, baseUrl, ...options } },
  };
}
