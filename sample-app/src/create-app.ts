import { ValidationPipe, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import type { Sandbox } from 'nestjs-verification/sandbox';
import type { AppConfig } from './app.config.js';
import { AppModule } from './app.module.js';
import { servePages } from './pages/serve-pages.js';
import { nameVisitors } from './visitor/visitor.middleware.js';

/** Makes the application, on the sandbox when it is given one. */
export async function createApp(config: AppConfig, sandbox?: Sandbox): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register(config, sandbox?.providers),
    {
      logger: ['warn', 'error'],
      abortOnError: false,
      forceCloseConnections: true, // nobody's open connection keeps the app from ending
    },
  );
  servePages(app, sandbox);
  setUp(app, config);
  return app;
}

/** What the application needs besides its module; tests that start it themselves call it, too. */
export function setUp(app: INestApplication, config: AppConfig): void {
  app.use(cookieParser(config.cookieSecret), nameVisitors(config));
  app.useGlobalPipes(new ValidationPipe({ whitelist: true }));
}
