import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { InMemoryStateStore, VerificationModule } from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { Redis } from 'ioredis';
import type { SoakProvider } from './provider-words.js';
import { SoakController } from './soak.controller.js';

export const SOAK_TIMEOUT_MS = 500;
export const SOAK_DEADLINE_MS = 1200;
const MAX_CONCURRENT = 32;
/** Sockets that the limits allow an instance: one per place, for each of four providers. */
export const SOAK_MAX_SOCKETS = 4 * 2 * MAX_CONCURRENT; // as many connections rest as are in use

/** Which application to start. */
export interface SoakApplicationOptions {
  readonly transport: 'axios' | 'undici';
  /** The URL of the providers. */
  readonly upstream: string;
  /** The port of Redis; a store in memory where there is none. */
  readonly redis: number | undefined;
}

/** Starts the application. */
export async function soakApplication({
  transport,
  upstream,
  redis: port,
}: SoakApplicationOptions): Promise<{ app: INestApplication; close: () => Promise<void> }> {
  const at = (name: SoakProvider): { baseUrl: string } => ({ baseUrl: `${upstream}/${name}` });
  const redis = port === undefined ? undefined : new Redis(port, { maxRetriesPerRequest: 1 });
  redis?.on('error', () => undefined); // the state store tells of it, too
  class SoakModule {}
  Module({
    imports: [
      VerificationModule.forRoot({
        allowLoopback: true,
        http: {
          transport,
          ...(transport === 'axios' ? { axios: {} } : {}), // without it, requests go past axios
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
        store:
          redis === undefined
            ? // Ten minutes pass in a second, so that counted attempts expire while we look.
              new InMemoryStateStore({ maxEntries: 5000, now: () => performance.now() * 600 })
            : new RedisStateStore(redis),
      }),
    ],
    controllers: [SoakController],
  })(SoakModule);
  const app = await NestFactory.create(SoakModule, new ExpressAdapter(), { logger: false });
  const close = async (): Promise<void> => {
    await app.close();
    redis?.disconnect();
  };
  return { app, close };
}
