import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Controller, HttpCode, Module, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  InMemoryStateStore,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
} from 'nestjs-verification';
import { Pool } from 'undici';
import { chance, FaultyUpstream, PROVIDERS, type SoakProvider } from './faulty.upstream.js';

/** How hard, and how long. */
export interface SoakOptions {
  readonly seconds: number;
  readonly clients: number;
  readonly seed: number;
  readonly transport: 'axios' | 'undici';
}

/** What came of it. */
export interface SoakReport {
  readonly requests: number;
  readonly accepted: Readonly<Record<SoakProvider, number>>;
  /** Replies to clients by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Faulty replies by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Proofs that were let through although the provider never said yes. */
  readonly wrongAcceptances: readonly string[];
  readonly unhandledRejections: readonly string[];
  /** The longest that a request was under way in the server, in milliseconds. */
  readonly slowestMs: number;
  /** The longest that the event loop was busy meanwhile, in milliseconds. */
  readonly loopDelayMs: number;
  readonly mostSockets: number;
  /** Connections that stay open when the application has closed. */
  readonly socketsAfterwards: number;
  /** Heap in use after garbage collection, early and at the end, in bytes; 0 without --expose-gc. */
  readonly heapBefore: number;
  readonly heapAfter: number;
}

export const SOAK_TIMEOUT_MS = 500;
export const SOAK_DEADLINE_MS = 1200;
const MAX_CONCURRENT = 32;
/** Sockets that the limits allow: one per place, for each of four providers. */
export const SOAK_MAX_SOCKETS = 4 * MAX_CONCURRENT;

const evidence = (context: ExecutionContext): { messageId: string; verifyCode: string } => {
  const { body } = context.switchToHttp().getRequest<{ body: { proof: string } }>();
  return { messageId: body.proof, verifyCode: '123456' };
};

@Controller()
@UseGuards(VerificationGuard)
class SoakController {
  @Post('checkify')
  @HttpCode(200)
  @RequireVerification('checkify')
  checkify(): object {
    return {};
  }

  @Post('engagelab')
  @HttpCode(200)
  @RequireVerification('engagelab', { evidence })
  engagelab(): object {
    return {};
  }

  @Post('humanproof')
  @HttpCode(200)
  @RequireVerification('humanproof')
  humanproof(): object {
    return {};
  }

  @Post('verifyid')
  @HttpCode(200)
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  verifyid(): object {
    return {};
  }
}

function formOf(provider: SoakProvider, proof: string): object {
  switch (provider) {
    case 'checkify':
      return { checkify_token: proof };
    case 'engagelab':
      return { proof };
    case 'humanproof':
      return { 'humanproof-token': proof };
    case 'verifyid':
      return { token: proof, device_id: 'device' };
  }
}

interface Finishing {
  on(event: 'close', listener: () => void): unknown;
}

/** Clients that ask without pause, against providers that fail three times in ten. */
export async function soak({ seconds, clients, seed, transport }: SoakOptions): Promise<SoakReport> {
  const unhandledRejections: string[] = [];
  const unhandled = (reason: unknown): void => {
    unhandledRejections.push(String(reason));
  };
  process.on('unhandledRejection', unhandled);
  const upstream = await FaultyUpstream.start(seed);
  const at = (name: SoakProvider): { baseUrl: string } => ({ baseUrl: `${upstream.url}/${name}` });

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

  const pool = new Pool(await app.getUrl(), { connections: clients });
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const statuses: Record<number, number> = {};
  const accepted = { checkify: 0, engagelab: 0, humanproof: 0, verifyid: 0 };
  const wrongAcceptances: string[] = [];
  let requests = 0;

  const visit = async (): Promise<void> => {
    const proof = `proof-${String(++requests)}`;
    const provider = PROVIDERS[Math.floor(chance(seed, proof) * PROVIDERS.length)] ?? 'checkify';
    const { statusCode, body } = await pool.request({
      path: `/${provider}`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(formOf(provider, proof)),
    });
    await body.dump();
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    const isYes = upstream.settle(proof);
    if (statusCode === 200) accepted[provider]++;
    if (statusCode === 200 && !isYes) wrongAcceptances.push(`${provider} ${proof}`);
  };
  const visitFor = async (milliseconds: number): Promise<void> => {
    const until = performance.now() + milliseconds;
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < until) await visit();
      }),
    );
  };

  await visitFor(seconds * 300);
  const heapBefore = await heapInUse();
  await visitFor(seconds * 700);
  const heapAfter = await heapInUse();

  loop.disable();
  await pool.close();
  await app.close();
  await waitFor(() => upstream.sockets.size === 0, 2000);
  const socketsAfterwards = upstream.sockets.size;
  await upstream.stop();
  process.off('unhandledRejection', unhandled);
  return {
    requests,
    accepted,
    statuses,
    faults: Object.fromEntries(upstream.faults),
    wrongAcceptances,
    unhandledRejections,
    slowestMs,
    loopDelayMs: loop.max / 1e6,
    mostSockets: upstream.mostSockets,
    socketsAfterwards,
    heapBefore,
    heapAfter,
  };
}

async function heapInUse(): Promise<number> {
  if (globalThis.gc === undefined) return 0;
  for (let round = 0; round < 3; round++) {
    globalThis.gc();
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}

async function waitFor(condition: () => boolean, milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds;
  while (!condition() && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 10));
}
