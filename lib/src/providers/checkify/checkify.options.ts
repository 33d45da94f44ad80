import { IsOptional } from 'class-validator';
import type { Credential } from '../account.js';
import { IsCredential, ProviderOptions } from '../provider.options.js';

/** Options of Checkify. */
export class CheckifyOptions extends ProviderOptions {
  static readonly provider = 'checkify';
  static readonly environment = {
    apiKey: ['CHECKIFY_API_KEY', 'CHECKIFY_SITE_API_KEY'],
    baseUrl: ['CHECKIFY_BASE_URL'],
  };

  /** Returns a warning about a key that looks wrong, but is no reason to stop. */
  static warningOf({ apiKey }: CheckifyOptions): string | undefined {
    if (typeof apiKey !== 'string' || apiKey.startsWith('csk_')) return undefined;
    const mistake = apiKey.startsWith('chk_') ? 'is the id of a Pass' : 'does not start with "csk_"';
    return `"providers.checkify.apiKey" ${mistake}. Use the site API key ("csk_…") from Developer in the Checkify dashboard.`;
  }

  /** The site API key (`csk_…`) from the Checkify dashboard. @default `CHECKIFY_API_KEY` or `CHECKIFY_SITE_API_KEY` */
  @IsOptional() @IsCredential() apiKey?: Credential | undefined;
}
