import { createServer, type Server } from 'node:http';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { invocation, payController } from '../invocation.js';
import { answerWith } from '../pinned.process.js';
import { memoryInUse, pause } from './heap.js';

/** Requests that wait for a provider which accepts connections and never replies. */
export interface Wait {
  readonly transport: WaitingTransport;
  readonly waiting: number;
  readonly deadlineMs: number;
}

export type WaitingTransport = 'default' | 'customised' | 'undici';

/** The cost of waiting. */
export interface WaitingCost {
  readonly heapBytesEach: number;
  readonly rssBytesEach: number;
  readonly sockets: number;
  /** The longest that a request was held beyond its deadline, in milliseconds. */
  readonly heldMs: number;
  /** Heap bytes per request that stay when all are released. */
  readonly leftBytesEach: number;
}

const HTTP: Record<WaitingTransport, NonNullable<VerificationModuleOptions['http']>> = {
  default: {},
  customised: { axios: {} },
  undici: { transport: 'undici' },
};

function applicationFor(
  { transport, waiting, deadlineMs }: Wait,
  port: number,
): Promise<INestApplicationContext> {
  class RootModule {}
  Module({
    imports: [
      VerificationModule.forRoot({
        allowLoopback: true,
        http: {
          ...HTTP[transport],
          deadlineMs,
          timeoutMs: deadlineMs,
          retries: 0,
          maxQueue: waiting,
          breaker: false,
        },
        providers: { checkify: { apiKey: 'csk_bench', baseUrl: `http://127.0.0.1:${port}` } },
      }),
    ],
  })(RootModule);
  return NestFactory.createApplicationContext(RootModule, { logger: false });
}

function listen(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as { port: number }).port);
    });
  });
}

async function measure(wait: Wait): Promise<WaitingCost> {
  const { waiting, deadlineMs } = wait;
  let sockets = 0;
  const stalled = createServer(() => undefined).on('connection', socket => {
    sockets++;
    socket.on('error', () => undefined);
  });
  const app = await applicationFor(wait, await listen(stalled));
  const guard = app.get(VerificationGuard);
  const route = payController(RequireVerification('checkify'));

  const before = await memoryInUse();
  const startedAt = performance.now();
  let heldMs = 0;
  const judgements = Array.from({ length: waiting }, async (_, index) => {
    const askedAt = performance.now();
    const judgement = guard.canActivate(invocation(route, { checkify_token: `proof-${index}` }));
    const allowed = await Promise.resolve(judgement).catch(() => false);
    if (allowed) throw new Error('a request was let through without a reply');
    heldMs = Math.max(heldMs, performance.now() - askedAt - deadlineMs);
  });
  await pause(1000);
  const during = await memoryInUse();
  if (performance.now() - startedAt > deadlineMs)
    throw new Error('the deadline passed before memory was measured');
  const socketsWaiting = sockets;
  await Promise.all(judgements.splice(0));
  const after = await memoryInUse();
  await app.close();
  stalled.closeAllConnections();
  return {
    heapBytesEach: (during.heap - before.heap) / waiting,
    rssBytesEach: (during.rss - before.rss) / waiting,
    sockets: socketsWaiting,
    heldMs,
    leftBytesEach: (after.heap - before.heap) / waiting,
  };
}

answerWith({}, message => measure(message as Wait));
