import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { overrideVerification, type VerificationFakes } from 'nestjs-verification/testing';
import { CollectingLogger, send, type ClientReply, type Platform } from '../support/application.js';

/** An application under test, as its authors would start it. */
export interface RunningTest {
  readonly app: INestApplication;
  readonly verification: VerificationFakes;
  readonly logger: CollectingLogger;
  readonly post: (route: string, body: object) => Promise<ClientReply>;
}

/** Starts what a builder makes on a free port. */
export async function listen(
  builder: TestingModuleBuilder,
  platform: Platform,
): Promise<Omit<RunningTest, 'verification'>> {
  const logger = new CollectingLogger();
  const compiled = await builder.setLogger(logger).compile();
  const app = compiled.createNestApplication(
    platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(),
  );
  app.useLogger(logger);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, logger, post: (route, body) => send(`${url}/${route}`, body) };
}

/** Starts an application with fakes in place of its providers. */
export async function start(metadata: ModuleMetadata, platform: Platform = 'express'): Promise<RunningTest> {
  const builder = Test.createTestingModule(metadata);
  const verification = overrideVerification(builder);
  return { verification, ...(await listen(builder, platform)) };
}
