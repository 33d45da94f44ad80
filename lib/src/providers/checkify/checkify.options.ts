import { IsOptional } from 'class-validator';
import { IsCredential, ProviderOptions } from '../provider.options.js';

/** Options of Checkify. */
export class CheckifyOptions extends ProviderOptions {
  static readonly environment = {
    apiKey: ['CHECKIFY_API_KEY', 'CHECKIFY_SITE_API_KEY'],
    baseUrl: ['CHECKIFY_BASE_URL'],
  };

  /** The site API key (`csk_…`) from the Checkify dashboard. */
  @IsOptional() @IsCredential() apiKey?: string | undefined;
}
