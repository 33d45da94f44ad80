import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  VerificationModule,
  VerificationService,
  type HttpOptions,
  type VerificationModuleOptions,
  type Verdict,
} from 'nestjs-verification';
import { type Evidence, type Requirement } from 'nestjs-verification/provider';
import { CollectingLogger } from '../support/application.js';

/** The ways a request can leave the process. */
export const TRANSPORTS = ['axios', 'undici'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** Makes the default transport use axios. It uses undici until somebody configures axios. */
export function throughAxios(http: HttpOptions = {}): HttpOptions {
  return http.transport === 'axios' ? { axios: {} } : {};
}

/** The library's services, without an HTTP application around them. */
export interface OpenModule {
  readonly app: INestApplicationContext;
  readonly logger: CollectingLogger;
  /** `VerificationService.verify` for tests that go over all providers. */
  readonly verify: (provider: string, evidence: Evidence, requirement?: Requirement) => Promise<Verdict>;
}

/**
 * Boots the module as an application does; rejects where the boot stops. Without a breaker unless a test asks for
 * one, because one exchange must not decide how the next one ends.
 */
export async function open(options: VerificationModuleOptions): Promise<OpenModule> {
  class AppModule {}
  const http = { breaker: false, ...throughAxios(options.http), ...options.http } as const;
  Module({ imports: [VerificationModule.forRoot({ ...options, http })] })(AppModule);
  const logger = new CollectingLogger();
  const app = await NestFactory.createApplicationContext(AppModule, { logger, abortOnError: false });
  const service = app.get<unknown, Pick<OpenModule, 'verify'>>(VerificationService);
  return {
    app,
    logger,
    verify: (provider, evidence, requirement) => service.verify(provider, evidence, requirement),
  };
}
