import { Module, type CanActivate } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { VerificationModuleOptions } from 'nestjs-verification';
import { payController, type PayController } from '../invocation.js';
import type { Library } from '../library/library.js';
import { ImmediateDispatcher } from './immediate.dispatcher.js';
import { IMMEDIATE, immediateProvider } from './immediate.provider.js';
import { NO_GUARD, type RouteName } from './route.js';

/** A guard, and the route that it judges. */
export interface JudgedRoute {
  readonly guard: CanActivate;
  readonly target: PayController;
}

/** The guard of an application with these options. */
async function guardOf(library: Library, options: VerificationModuleOptions): Promise<CanActivate> {
  class RootModule {}
  Module({ imports: [library.VerificationModule.forRoot(options)] })(RootModule);
  const app = await NestFactory.createApplicationContext(RootModule, { logger: false });
  return app.get(library.VerificationGuard);
}

const checkify = (http: NonNullable<VerificationModuleOptions['http']>): VerificationModuleOptions => ({
  allowLoopback: true,
  http,
  providers: { checkify: { apiKey: 'csk_bench', baseUrl: 'http://127.0.0.1:1' } },
});

function optionsOf(name: RouteName, library: Library): VerificationModuleOptions {
  switch (name) {
    case 'undecorated':
    case 'immediate':
    case 'remembered':
      return { customProviders: [immediateProvider(library)] };
    case 'undici':
      return checkify({ transport: 'undici', dispatcher: new ImmediateDispatcher() });
    case 'default':
      return checkify({ dispatcher: new ImmediateDispatcher() });
    case 'customised':
      return checkify({ axios: {}, dispatcher: new ImmediateDispatcher() });
    case 'open':
      // Nobody listens on port 1, so the first judgement opens the breaker for good.
      return checkify({
        transport: 'undici',
        retries: 0,
        breaker: { failures: 1, coolDownMs: 2_147_483_647 },
      });
  }
}

function controllerOf(name: RouteName, { RequireVerification }: Library): PayController {
  const own = IMMEDIATE as 'checkify';
  switch (name) {
    case 'undecorated':
      return payController();
    case 'immediate':
      return payController(RequireVerification(own));
    case 'remembered':
      return payController(RequireVerification(own, { remember: { for: '30m', subject: () => 'ada' } }));
    default:
      return payController(RequireVerification('checkify'));
  }
}

/** The guard and the route of that name. */
export async function judgedRoute(name: RouteName | typeof NO_GUARD, library: Library): Promise<JudgedRoute> {
  if (name === NO_GUARD) return { guard: { canActivate: () => true }, target: payController() };
  return { guard: await guardOf(library, optionsOf(name, library)), target: controllerOf(name, library) };
}
