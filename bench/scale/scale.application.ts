import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { VerificationModule } from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { Passes } from './passes.js';
import { CountingRedis } from './round-trips.js';
import { ScaleController } from './scale.controller.js';

/** Where an instance finds everything outside of it. */
export interface ScalePlaces {
  readonly adapter: 'express' | 'fastify';
  /** The port of the line to Redis. */
  readonly redisPort: number;
  /** The socket file of Redis itself. */
  readonly redisSocket: string;
  readonly providers: string;
}

/** The guesses at one code, which is the default. */
export const GUESSES = 5;

/** Starts one of the instances that share a Redis. */
export async function scaleApplication(places: ScalePlaces): Promise<INestApplication> {
  const { adapter, redisPort, redisSocket, providers: baseUrl } = places;
  const store = new CountingRedis({ port: redisPort, maxRetriesPerRequest: 1 });
  const passes = new Redis(redisSocket);
  for (const client of [store, passes]) client.on('error', () => undefined);
  await new Promise(resolve => store.once('ready', resolve));
  class ScaleModule {}
  Module({
    imports: [
      VerificationModule.forRoot({
        allowLoopback: true,
        http: { transport: 'undici' },
        store: new RedisStateStore(store),
        providers: {
          checkify: { apiKey: 'csk_scale', baseUrl },
          engagelab: { devKey: 'key', devSecret: 'secret', guesses: GUESSES, baseUrl },
          verifyid: { pluginKey: 'plugin', baseUrl },
        },
      }),
    ],
    providers: [{ provide: Passes, useValue: new Passes(passes) }],
    controllers: [ScaleController],
  })(ScaleModule);
  const app = await NestFactory.create(
    ScaleModule,
    adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter(),
    { logger: false },
  );
  await app.listen(0, '127.0.0.1');
  return app;
}
