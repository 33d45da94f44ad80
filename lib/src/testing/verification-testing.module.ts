import { Module, type DynamicModule } from '@nestjs/common';
import { VerificationModule } from '../verification.module.js';
import type { VerificationModuleOptions } from '../options/verification.options.js';
import { VerificationFakes } from './verification-fakes.js';

/** `VerificationModule` with fakes for its providers, for a test without the application's own module. */
@Module({})
export class VerificationTestingModule {
  /** Takes the options of `VerificationModule`; credentials are not needed. The fakes are `app.get(VerificationFakes)`. */
  static forRoot(options: VerificationModuleOptions = {}): DynamicModule {
    const fakes = new VerificationFakes();
    const verification = VerificationModule.forRoot(options);
    return {
      module: VerificationTestingModule,
      imports: [{ ...verification, providers: [...(verification.providers ?? []), ...fakes.replacements()] }],
      providers: [{ provide: VerificationFakes, useValue: fakes }],
      exports: [VerificationFakes, VerificationModule],
    };
  }
}
