import { IsBoolean, IsOptional } from 'class-validator';
import type { Credential } from '../account.js';
import { IsCredential, ProviderOptions } from '../provider.options.js';

/** Options of VerifyID.dk; a login is checked without any credential, only starting one needs the plugin key. */
export class VerifyIdOptions extends ProviderOptions {
  static readonly provider = 'verifyid';
  static readonly environment = { pluginKey: ['VERIFYID_PLUGIN_KEY'], baseUrl: ['VERIFYID_BASE_URL'] };
  static readonly testKeys = { pluginKey: ['verifyid_test'] };

  /** The plugin key, which only `start()` needs. @default `VERIFYID_PLUGIN_KEY` */
  @IsOptional() @IsCredential() pluginKey?: Credential | undefined;

  /**
   * `true` if a device id counts that the browser brings, as VerifyID's own page describes it. A login at any other shop
   * passes then: `auth_check` needs no key. @default true
   */
  @IsOptional() @IsBoolean() acceptDeviceId?: boolean | undefined;
}
