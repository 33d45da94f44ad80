import { HttpModule } from '@nestjs/axios';
import { Controller, Module, ValidationPipe } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { VerificationModuleOptions } from 'nestjs-verification';
import type { Library } from '../library/library.js';
import type { Adapter, Nest12Kind } from './application.js';
import { checkoutController, formController } from './checkout.controller.js';
import { handwrittenGuard } from './handwritten.guard.js';
import { httpServiceGuard } from './http-service.guard.js';
import { RefusingGuard } from './refusing.guard.js';

type Root = Pick<ModuleMetadata, 'imports' | 'controllers'>;

// Nobody listens on port 1, so the first request opens the breaker for good.
const OPEN: VerificationModuleOptions = {
  providers: { checkify: { apiKey: 'csk_bench', baseUrl: 'http://127.0.0.1:1' } },
  http: { retries: 0, breaker: { failures: 1, coolDownMs: 2_147_483_647 } },
};

function root(kind: Nest12Kind, upstream: string, library: Library): Root {
  const { VerificationGuard, VerificationModule } = library;
  const imports = (options: VerificationModuleOptions): DynamicModule[] => [
    VerificationModule.forRoot({
      allowLoopback: true,
      providers: { checkify: { apiKey: 'csk_bench', baseUrl: upstream } },
      ...options,
    }),
  ];
  const ours = (options: VerificationModuleOptions): Root => ({
    imports: imports(options),
    controllers: [checkoutController(VerificationGuard, library.RequireVerification('checkify'))],
  });
  switch (kind) {
    case 'floor':
      return { controllers: [checkoutController()] };
    case 'floor-form':
      return { controllers: [formController()] };
    case 'undici-form':
      return {
        imports: imports({ http: { transport: 'undici' } }),
        controllers: [formController(VerificationGuard, library.RequireVerification('checkify'))],
      };
    case 'together':
      return {
        imports: imports({ http: { transport: 'undici' } }),
        controllers: [
          at('floor', checkoutController()),
          at('undici', checkoutController(VerificationGuard, library.RequireVerification('checkify'))),
          at('handwritten', checkoutController(handwrittenGuard(upstream))),
        ],
      };
    case 'undecorated':
      return { imports: imports({ globalGuard: true }), controllers: [checkoutController()] };
    case 'default':
    case 'default-before':
      return ours({});
    case 'undici':
    case 'undici-before':
      return ours({ http: { transport: 'undici' } });
    case 'customised':
      return ours({ http: { axios: {} } });
    case 'open':
      return ours(OPEN);
    case 'refusing':
      return { controllers: [checkoutController(RefusingGuard)] };
    case 'handwritten':
      return { controllers: [checkoutController(handwrittenGuard(upstream))] };
    case 'httpservice':
      return { imports: [HttpModule], controllers: [checkoutController(httpServiceGuard(upstream))] };
  }
}

function at(path: string, controller: Type): Type {
  Controller(path)(controller);
  return controller;
}

/** Starts a Nest 12 application; resolves with its URL. */
export async function nest12(
  adapter: Adapter,
  kind: Nest12Kind,
  upstream: string,
  library: Library,
): Promise<string> {
  class RootModule {}
  Module(root(kind, upstream, library))(RootModule);
  const app = await NestFactory.create(
    RootModule,
    adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter(),
    { logger: kind === 'open' ? false : ['error', 'warn'] },
  );
  if (kind.endsWith('-form')) app.useGlobalPipes(new ValidationPipe({ whitelist: true }));
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
