import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { InMemoryStateStore, VerificationModule } from 'nestjs-verification';
import type { SoakProvider } from './provider-words.js';
import { SoakController } from './soak.controller.js';

export const SOAK_TIMEOUT_MS = 500;
export const SOAK_DEADLINE_MS = 1200;
const MAX_CONCURRENT = 32;
/** Sockets that the limits allow: one per place, for each of four providers. */
export const SOAK_MAX_SOCKETS = 4 * 2 * MAX_CONCURRENT; // as many rest as ask

interface Finishing {
  on(event: 'close', listener: () => void): unknown;
}

/** An application under soak. */
export interface SoakApplication {
  readonly app: INestApplication;
  /** Tells the longest that a request was under way so far, in milliseconds. */
  readonly slowestMs: () => number;
}

/** Starts the application with the providers at that URL. */
export async function soakApplication(
  transport: 'axios' | 'undici',
  upstream: string,
): Promise<SoakApplication> {
  const at = (name: SoakProvider): { baseUrl: string } => ({ baseUrl: `${upstream}/${name}` });
  class SoakModule {}
  Module({
    imports: [
      VerificationModule.forRoot({
        allowLoopback: true,
        http: {
          transport,
          ...(transport === 'axios' ? { axios: {} } : {}), // else it goes past axios
          timeoutMs: SOAK_TIMEOUT_MS,
          deadlineMs: SOAK_DEADLINE_MS,
          retries: 2,
          maxConcurrent: MAX_CONCURRENT,
          breaker: { failures: 10, coolDownMs: 50 },
        },
        providers: {
          checkify: { apiKey: 'csk_soak', ...at('checkify') },
          engagelab: { devKey: 'key', devSecret: 'secret', ...at('engagelab') },
          humanproof: { secret: 'secret', ...at('humanproof') },
          verifyid: at('verifyid'),
        },
        // Ten minutes pass in a second, so that counted attempts expire while we look.
        store: new InMemoryStateStore({ maxEntries: 5000, now: () => performance.now() * 600 }),
      }),
    ],
    controllers: [SoakController],
  })(SoakModule);
  const app = await NestFactory.create(SoakModule, new ExpressAdapter(), { logger: false });
  let slowestMs = 0;
  app.use((_: unknown, response: Finishing, next: () => void) => {
    const startedAt = performance.now();
    response.on('close', () => (slowestMs = Math.max(slowestMs, performance.now() - startedAt)));
    next();
  });
  await app.listen(0, '127.0.0.1');
  return { app, slowestMs: () => slowestMs };
}
