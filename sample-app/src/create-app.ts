import { ValidationPipe, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import type { Sandbox } from 'nestjs-verification/sandbox';
import type { AppConfig } from './app.config.js';
import { AppModule } from './app.module.js';
import { servePages } from './pages/serve-pages.js';
import { identifyVisitors } from './visitor/visitor.middleware.js';

/** Creates the application. It calls the sandbox instead of the providers if there is one. */
export async function createApp(config: AppConfig, sandbox?: Sandbox): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register(config, sandbox && { ...sandbox.providers, ...sandbox.customProviders }),
    {
      logger: ['warn', 'error'],
      abortOnError: false,
      forceCloseConnections: true, // an open connection must not keep the app running
    },
  );
  servePages(app, sandbox);
  setUp(app, config);
  return app;
}

/** Adds cookies and validation. Tests that create the application themselves call this too. */
export function setUp(app: INestApplication, config: AppConfig): void {
  app.use(cookieParser(config.cookieSecret), identifyVisitors(config));
  app.useGlobalPipes(new ValidationPipe({ whitelist: true }));
}
