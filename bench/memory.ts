import { createServer } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  InMemoryStateStore,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
} from 'nestjs-verification';
import { invocation } from './invocation.js';

/** What waiting costs. */
export interface WaitingCost {
  readonly transport: string;
  readonly waiting: number;
  readonly heapBytesEach: number;
  readonly rssBytesEach: number;
  readonly sockets: number;
  /** The longest that one was held beyond its deadline, in milliseconds. */
  readonly releasedAfterMs: number;
  /** What is left per request when all are released. */
  readonly leftBytesEach: number;
}

class PayController {
  pay(): object {
    return {};
  }
}
RequireVerification('checkify')(
  PayController.prototype,
  'pay',
  Object.getOwnPropertyDescriptor(PayController.prototype, 'pay')!,
);

async function memory(): Promise<{ heap: number; rss: number }> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await pause(25);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** Requests that wait for a provider which accepts connections and says nothing. */
export async function measureWaiting(
  transport: 'axios' | 'undici',
  waiting: number,
  deadlineMs: number,
): Promise<WaitingCost> {
  let sockets = 0;
  const stalled = createServer(() => undefined).on('connection', socket => {
    sockets++;
    socket.on('error', () => undefined);
  });
  await new Promise<void>(resolve => stalled.listen(0, '127.0.0.1', resolve));
  const { port } = stalled.address() as { port: number };
  class RootModule {}
  Module({
    imports: [
      VerificationModule.forRoot({
        allowLoopback: true,
        http: {
          transport,
          ...(transport === 'axios' ? { axios: {} } : {}),
          deadlineMs,
          timeoutMs: deadlineMs,
          retries: 0,
          maxQueue: waiting,
          breaker: false,
        },
        providers: { checkify: { apiKey: 'csk_bench', baseUrl: `http://127.0.0.1:${String(port)}` } },
      }),
    ],
  })(RootModule);
  const app = await NestFactory.createApplicationContext(RootModule, { logger: false });
  const guard = app.get(VerificationGuard);

  const before = await memory();
  const startedAt = performance.now();
  let releasedAfterMs = 0;
  const judgements = Array.from({ length: waiting }, (_, index) => {
    const context = invocation(PayController, {
      checkify_token: `proof-${String(index)}`,
    });
    const askedAt = performance.now();
    return Promise.resolve(guard.canActivate(context)).then(
      () => {
        throw new Error('let through');
      },
      () => {
        releasedAfterMs = Math.max(releasedAfterMs, performance.now() - askedAt - deadlineMs);
      },
    );
  });
  await pause(1000);
  const during = await memory();
  if (performance.now() - startedAt > deadlineMs)
    throw new Error('the deadline passed before memory was measured');
  const socketsWaiting = sockets;
  await Promise.all(judgements.splice(0));
  const after = await memory();
  await app.close();
  stalled.closeAllConnections();
  await new Promise(resolve => stalled.close(resolve));
  return {
    transport,
    waiting,
    heapBytesEach: (during.heap - before.heap) / waiting,
    rssBytesEach: (during.rss - before.rss) / waiting,
    sockets: socketsWaiting,
    releasedAfterMs,
    leftBytesEach: (after.heap - before.heap) / waiting,
  };
}

/** What a flood of keys leaves in the state store. */
export interface StoreCost {
  readonly keys: number;
  readonly megabytes: number;
  readonly microsEach: number;
  /** Counters that were refused because the store was full. */
  readonly refused: number;
}

/** Distinct keys through the store in memory: half granted values, half counters. */
export async function measureStore(keys: number): Promise<StoreCost> {
  const store = new InMemoryStateStore();
  const before = await memory();
  const startedAt = performance.now();
  let refused = 0;
  for (let index = 0; index < keys; index += 2) {
    await store.set(`granted-${String(index)}`, 'value', 600_000);
    await store.increment(`counted-${String(index)}`, 600_000).catch(() => refused++);
  }
  const microsEach = ((performance.now() - startedAt) * 1000) / keys;
  const after = await memory();
  const kept = await store.get(`granted-${String(keys - 2)}`);
  if (kept === undefined) throw new Error('the youngest value is lost');
  return { keys, megabytes: (after.heap - before.heap) / 2 ** 20, microsEach, refused };
}
