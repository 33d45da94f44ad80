import { Injectable } from '@nestjs/common';
import { PigeonService, type PigeonOptions } from './pigeon.provider.js';

/** Pigeon's credential. */
export const PIGEON_KEY = 'pigeon-canary-secret';

/** The provider of the guide at an address, ready for `customProviders`. */
export function pigeonAt(baseUrl: string, options: Partial<PigeonOptions> = {}): new () => PigeonService {
  @Injectable()
  class PigeonAtAddress extends PigeonService {
    constructor() {
      super({ key: PIGEON_KEY, baseUrl, ...options });
    }
  }
  Reflect.defineMetadata('self:paramtypes', [], PigeonAtAddress); // it makes its own options
  return PigeonAtAddress;
}
