import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { ForwardProxy } from '../support/forward-proxy.js';
import { startServices, type RunningServices } from '../support/services.js';
import { FaultyServer } from '../contract/faulty-server.js';
import { verificationOf } from './verifications.js';

const { yes, ask } = verificationOf('humanproof');

const answer = (body: unknown): string => {
  const text = JSON.stringify(body);
  return `HTTP/1.1 200 OK\r\ncontent-length: ${String(text.length)}\r\n\r\n${text}`;
};
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 2));

async function write(socket: Socket, parts: readonly string[]): Promise<void> {
  for (const part of parts) {
    socket.write(part);
    await turn();
  }
}

describe.each(['axios', 'undici', 'undici through a proxy'] as const)('over %s', transport => {
  let server: FaultyServer;
  let services: RunningServices;
  let proxy: ForwardProxy | undefined;

  beforeAll(async () => {
    server = await FaultyServer.start();
  });
  beforeEach(async () => {
    if (transport === 'undici through a proxy') {
      proxy = await ForwardProxy.start();
      process.env['HTTP_PROXY'] = `http://127.0.0.1:${String(proxy.port)}`;
    }
    services = await startServices(server.url, {
      http: {
        transport: transport === 'axios' ? 'axios' : 'undici',
        retries: 0,
        timeoutMs: 1000,
        breaker: false,
      },
    });
  });
  afterEach(async () => {
    await services.module.close();
    Reflect.deleteProperty(process.env, 'HTTP_PROXY');
    await proxy?.stop();
  });
  afterAll(() => server.stop());

  it.each([
    ['in one piece with the answer', [CONTINUE + answer(yes)]],
    ['before the answer', [CONTINUE, answer(yes)]],
    ['with headers', ['HTTP/1.1 100 Continue\r\ndate: x\r\nserver: y\r\n\r\n', answer(yes)]],
    ['without a reason', ['HTTP/1.1 100\r\n\r\n', answer(yes)]],
    ['of HTTP 1.0', ['HTTP/1.0 100 Continue\r\n\r\n', answer(yes)]],
    ['twice', [CONTINUE + CONTINUE, answer(yes)]],
    ['before other interim answers', [`${CONTINUE}HTTP/1.1 103 Early Hints\r\n\r\n`, answer(yes)]],
    ['byte by byte', [...CONTINUE, ...answer(yes)]],
  ])('hears an answer after 100 Continue, %s', async (_, parts) => {
    server.reset(socket => void write(socket, parts));
    for (let i = 0; i < 2; i++) expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
    expect(server.seen).toHaveLength(2);
  });
});

describe.each(['axios', 'undici'] as const)('a surplus answer over %s', transport => {
  it('does not answer the next question once it has arrived', async () => {
    const server = await FaultyServer.start();
    const services = await startServices(server.url, { http: { transport, retries: 0, breaker: false } });
    let surplus: Promise<void> | undefined;
    server.reset(socket => {
      socket.write(answer({ success: false }));
      surplus ??= new Promise(resolve => {
        setTimeout(
          () =>
            socket.write(answer(yes), () => {
              resolve();
            }),
          20,
        );
      });
    });
    expect(await ask(services)).toMatchObject({ outcome: 'rejected' });
    await surplus;
    expect(await ask(services)).toMatchObject({ outcome: 'rejected' });
    await services.module.close();
    await server.stop();
  });
});
