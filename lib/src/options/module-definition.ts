import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { VerificationModuleOptions } from './verification.options.js';

/** A class or factory that makes the options, for `forRootAsync`. */
export interface VerificationOptionsFactory {
  /** Makes the options, once, at boot. */
  createVerificationOptions(): VerificationModuleOptions | Promise<VerificationModuleOptions>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<VerificationModuleOptions>({ moduleName: 'Verification' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createVerificationOptions')
    .setExtras<Pick<VerificationModuleOptions, 'isGlobal'>>(
      { isGlobal: true },
      (definition, { isGlobal = true }) => ({
        ...definition,
        global: isGlobal,
      }),
    )
    .build();
