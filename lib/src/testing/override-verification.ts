import type { ClassProvider, ValueProvider } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { ConfigurationError } from '../errors/verification.error.js';
import type { SandboxProviders } from '../sandbox/sandbox.js';
import { optionsWith } from './fake-options.js';
import { VerificationFakes, type Replacement } from './verification-fakes.js';

/** A running sandbox, as `startSandbox()` gives it. */
export interface SandboxOverride {
  readonly sandbox: {
    readonly providers: SandboxProviders;
    /** @default none */
    readonly customProviders?: Readonly<Record<string, object>>;
  };
}

/**
 * Replaces the providers of an application under test: by fakes, which need no network and no credentials, or by the
 * sandbox, which the real client asks. Call it before `compile()`.
 *
 * @example
 * const builder = Test.createTestingModule({ imports: [AppModule] });
 * const verification = overrideVerification(builder);
 * const app = (await builder.compile()).createNestApplication();
 * verification.checkify.accept(['age_over_18']);
 */
export function overrideVerification(builder: TestingModuleBuilder): VerificationFakes;
export function overrideVerification(builder: TestingModuleBuilder, override: SandboxOverride): void;
export function overrideVerification(
  builder: TestingModuleBuilder,
  override?: SandboxOverride,
): VerificationFakes | undefined {
  if (typeof (builder as Partial<TestingModuleBuilder> | undefined)?.overrideProvider !== 'function') {
    throw new ConfigurationError(
      'overrideVerification() needs what Test.createTestingModule() returns, before compile().',
    );
  }
  if (override !== undefined) {
    const { providers, customProviders } = sandboxOf(override);
    const all: Readonly<Record<string, object>> = { ...providers, ...customProviders };
    replace(builder, [optionsWith(({ provider }) => all[provider])]);
    return undefined;
  }
  const fakes = new VerificationFakes();
  replace(builder, fakes.replacements());
  return fakes;
}

/** Without this, a promise that nobody awaited would leave the tests with the real providers. */
function sandboxOf(override: Partial<SandboxOverride> | null): SandboxOverride['sandbox'] {
  const sandbox: Partial<SandboxOverride['sandbox']> | null | undefined = override?.sandbox;
  if (typeof sandbox?.providers === 'object') return sandbox as SandboxOverride['sandbox'];
  throw new ConfigurationError(
    'overrideVerification(builder, { sandbox }) needs a sandbox that runs: const sandbox = await startSandbox().',
  );
}

function replace(builder: TestingModuleBuilder, replacements: readonly Replacement[]): void {
  for (const replacement of replacements) {
    const override = builder.overrideProvider(replacement.provide);
    if (is<ClassProvider>(replacement, 'useClass')) override.useClass(replacement.useClass);
    else if (is<ValueProvider>(replacement, 'useValue')) override.useValue(replacement.useValue);
    else override.useFactory({ factory: replacement.useFactory, inject: replacement.inject as never[] });
  }
}

function is<R extends Replacement>(replacement: Replacement, member: keyof R): replacement is R {
  return Object.hasOwn(replacement, member);
}
