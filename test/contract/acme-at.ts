import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { AcmeService } from './acme.provider.js';

/** Acme's credential. */
export const ACME_KEY = 'acme-canary-secret';

/** The provider of the guide at an address, ready for `customProviders`. */
export function acmeAt(baseUrl: string): new () => AcmeService {
  @Injectable()
  class AcmeAtAddress extends AcmeService {
    constructor() {
      super(new ConfigService({ ACME_KEY, ACME_BASE_URL: baseUrl }));
    }
  }
  Reflect.defineMetadata('self:paramtypes', [], AcmeAtAddress); // it makes its own configuration
  return AcmeAtAddress;
}
