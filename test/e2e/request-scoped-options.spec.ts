import { expect, it } from '@jest/globals';
import {
  Inject,
  Injectable,
  Module,
  Scope,
  type DynamicModule,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import {
  ConfigurationError,
  VerificationModule,
  type VerificationModuleOptions,
  type VerificationOptionsFactory,
} from 'nestjs-verification';
import {
  type Answer,
  type Check,
  DeclaredEvidence,
  inBody,
  VerificationProvider,
} from 'nestjs-verification/provider';
import { boot } from '../support/application.js';
import { module } from '../support/module.js';

@Injectable({ scope: Scope.REQUEST })
class Tenant {}

@Injectable({ scope: Scope.REQUEST, durable: true })
class DurableTenant {}

@Injectable()
class Settings {
  constructor(@Inject(Tenant) readonly tenant: Tenant) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Clock {}

const PROVIDERS = [Tenant, DurableTenant, Settings, Clock];
@Module({ providers: PROVIDERS, exports: PROVIDERS })
class TenantModule {}

@Injectable()
class Factory implements VerificationOptionsFactory {
  constructor(@Inject(REQUEST) readonly incoming: unknown) {}
  createVerificationOptions(): VerificationModuleOptions {
    return {};
  }
}

@Injectable()
class AcmeProvider extends VerificationProvider {
  readonly name = 'acme';
  readonly evidence = new DeclaredEvidence({ token: { fields: inBody('acme_token') } }, [['token']]);
  constructor(@Inject(REQUEST) readonly incoming: unknown) {
    super();
  }
  describe(): Check {
    throw new Error('not asked');
  }
  ask(): Promise<Answer> {
    throw new Error('not asked');
  }
}

const useFactory = (): VerificationModuleOptions => ({});
const madeWith = (token: unknown): DynamicModule =>
  VerificationModule.forRootAsync({ imports: [TenantModule], inject: [token as Type], useFactory });

const OPTIONS = /makes its options once, at boot.*providers\.<name>\.<credential>: \(context\) => string/;

/** The ways in which Nest starts. */
const STARTS: [string, (metadata: ModuleMetadata) => Promise<{ close(): Promise<void> }>][] = [
  ['an application on Express', async metadata => (await boot('express', metadata)).app],
  ['an application on Fastify', async metadata => (await boot('fastify', metadata)).app],
  [
    'an application context',
    metadata =>
      NestFactory.createApplicationContext(module(metadata), { logger: false, abortOnError: false }),
  ],
];

it.each(
  STARTS.flatMap(([how, start]) =>
    (
      [
        ['REQUEST', madeWith(REQUEST), OPTIONS],
        ['a request-scoped provider', madeWith(Tenant), OPTIONS],
        ['a durable provider', madeWith(DurableTenant), OPTIONS],
        ['a provider that injects one', madeWith(Settings), OPTIONS],
        ['a factory class', VerificationModule.forRootAsync({ useClass: Factory }), OPTIONS],
        [
          'a custom provider',
          VerificationModule.forRoot({ customProviders: [AcmeProvider] }),
          /makes its providers once, at boot.*"customProviders"/,
        ],
      ] as const
    ).map(([what, imported, told]) => ({ how, start, what, imported, told })),
  ),
)('$how stops with the fix where options depend on a request: $what', async ({ start, imported, told }) => {
  const outcome = await start({ imports: [imported] }).then(
    started => started.close(),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(ConfigurationError);
  expect((outcome as ConfigurationError).message).toMatch(told);
});

it('options of what Nest makes once for whoever injects it are made at boot', async () => {
  const { app } = await boot('express', { imports: [madeWith(Clock)] });
  await app.close();
});
