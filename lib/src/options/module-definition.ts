import { ConfigurableModuleBuilder, type FactoryProvider } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
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

/** The options of a module that is imported as it is. */
export const NO_OPTIONS: FactoryProvider = {
  provide: MODULE_OPTIONS_TOKEN,
  useFactory: () => {
    throw new ConfigurationError(
      'VerificationModule is imported without forRoot(). Write VerificationModule.forRoot() once, in the root module; other modules need no import.',
    );
  },
};
