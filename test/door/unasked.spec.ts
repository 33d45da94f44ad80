import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { connectionsTo } from '../../lib/src/http/dispatcher.js';
import { settingsOf } from '../../lib/src/http/http.options.js';
import { UndiciTransport } from '../../lib/src/http/undici.transport.js';
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
        timeoutMs: 5000, // a reply in single bytes is slow on a busy machine
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

describe.each(['axios', 'undici'] as const)('a surplus answer that has arrived, over %s,', transport => {
  let server: FaultyServer;
  let services: RunningServices;
  let surplus: () => void;

  beforeAll(async () => {
    server = await FaultyServer.start();
  });
  beforeEach(async () => {
    services = await startServices(server.url, { http: { transport, retries: 0, breaker: false } });
    let isFirst = true;
    server.reset(socket => {
      const say = (body: unknown) => (): void => {
        if (socket.writable) socket.write(answer(body));
      };
      if (isFirst) surplus = say(yes);
      isFirst = false;
      setTimeout(say({ success: false }), 10);
    });
  });
  afterEach(() => services.module.close());
  afterAll(() => server.stop());

  it('does not answer the next question', async () => {
    expect(await ask(services)).toMatchObject({ outcome: 'rejected' });
    surplus();
    for (const since = performance.now(); performance.now() - since < 100;) await turn(); // until a connection has rested
    expect(await ask(services)).toMatchObject({ outcome: 'rejected' });
  });

  it('does not answer the next question of a process that was too busy to read it', async () => {
    expect(await ask(services)).toMatchObject({ outcome: 'rejected' });
    await turn();
    surplus();
    for (const since = performance.now(); performance.now() - since < 100;); // until a connection has rested
    expect(await ask(services)).toMatchObject({ outcome: 'rejected' });
  });
});

describe.each(['directly', 'through a proxy'])('a surplus answer that comes %s', way => {
  it.each([0, 20, 49])(
    'right behind a question, %s ms after the last answer, is not its answer',
    async waitMs => {
      const server = await FaultyServer.start();
      const proxy = await ForwardProxy.start();
      process.env['HTTP_PROXY'] = `http://127.0.0.1:${String(proxy.port)}`;
      let now = Date.now();
      const settings = settingsOf({ environmentProxy: way === 'directly' ? false : 'http' });
      const transport = new UndiciTransport(
        server.url,
        1000,
        connectionsTo(server.url, settings, () => now),
      );
      Reflect.deleteProperty(process.env, 'HTTP_PROXY');
      const request = { method: 'POST', path: '/', headers: {}, body: '{}', repeatable: false } as const;
      const sockets: Socket[] = [];
      server.reset(socket => {
        const question = sockets.push(socket);
        if (question > 1) sockets[0]!.write(answer({ question: 'first, once more' }));
        setTimeout(() => socket.write(answer({ question })), question * 10);
      });

      const first = await transport.send(request, 2000);
      await new Promise(resolve => setImmediate(resolve)); // undici is done with the connection then
      now += waitMs;
      const second = await transport.send(request, 2000);
      await transport.close();
      await proxy.stop();
      await server.stop();
      expect([first.body, second.body]).toEqual([{ question: 1 }, { question: 2 }]);
    },
  );
});

it('a surplus answer to a request that is echoed meets no request that is not', async () => {
  const server = await FaultyServer.start();
  const transport = new UndiciTransport(server.url, 1000, connectionsTo(server.url, settingsOf({})));
  const request = { method: 'POST', path: '/', headers: {}, body: '{}', repeatable: false } as const;
  const sockets: Socket[] = [];
  server.reset(socket => {
    const question = sockets.push(socket);
    if (question === 3) sockets[0]!.write(answer({ question: 'first, once more' }));
    setTimeout(() => socket.write(answer({ question })), 10);
  });

  const bodies = [];
  for (const echoed of [true, true, false]) {
    bodies.push((await transport.send({ ...request, echoed }, 2000)).body);
    await turn(); // undici is done with the connection then
  }
  await transport.close();
  await server.stop();
  expect(bodies).toEqual([{ question: 1 }, { question: 2 }, { question: 3 }]);
  expect(sockets[1]).toBe(sockets[0]); // the first two requests are `echoed`, so their connection need not rest
  expect(sockets[2]).not.toBe(sockets[0]);
});
