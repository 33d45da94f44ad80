import { IsOptional } from 'class-validator';
import type { Credential } from '../account.js';
import { IsCredential, ProviderOptions } from '../provider.options.js';

/** Options of HumanProof. */
export class HumanProofOptions extends ProviderOptions {
  static readonly provider = 'humanproof';
  static readonly environment = { secret: ['HUMANPROOF_SECRET'], baseUrl: ['HUMANPROOF_BASE_URL'] };

  /** The project's backend secret. @default `HUMANPROOF_SECRET` */
  @IsOptional() @IsCredential() secret?: Credential | undefined;
}
