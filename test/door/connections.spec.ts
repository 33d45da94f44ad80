import { createServer, type ServerResponse, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderUnavailableError, type HttpOptions } from 'nestjs-verification';
import { connectionsTo } from '../../lib/src/http/dispatcher.js';
import { settingsOf } from '../../lib/src/http/http.options.js';
import { UndiciTransport } from '../../lib/src/http/undici.transport.js';
import { startServices, type RunningServices } from '../support/services.js';
import { StubServer, reply } from '../support/stub-server.js';
import { until } from '../support/until.js';
import { verificationOf } from './verifications.js';

const { yes, ask } = verificationOf('humanproof');

describe.each(['axios', 'undici'] as const)('a bulkhead over %s', transport => {
  let stub: StubServer;
  let services: RunningServices;
  let held: ServerResponse[];

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(http: HttpOptions): Promise<void> {
    services = await startServices(stub.url, { http: { transport, breaker: false, retries: 0, ...http } });
    held = [];
    stub.reset((_, response) => held.push(response));
  }

  function answer(): void {
    for (const response of held.splice(0)) response.end(JSON.stringify(yes));
  }

  it('lets no more than maxConcurrent requests under way, and the rest one after the other', async () => {
    await start({ maxConcurrent: 3, maxQueue: 100 });
    const asked = Array.from({ length: 10 }, () => ask(services));
    let most = 0;
    for (let left = 10; left > 0; left -= held.splice(0).length) {
      await until(() => held.length >= Math.min(3, left));
      await new Promise(resolve => setImmediate(resolve)); // a fourth connection would have come by now
      most = Math.max(most, held.length);
      for (const response of held) response.end(JSON.stringify(yes));
    }
    await expect(Promise.all(asked)).resolves.toHaveLength(10);
    expect(most).toBe(3);
    await until(() => stub.openSockets <= 3); // the pool keeps three connections
  });

  it('turns away at once whom the queue does not hold', async () => {
    await start({ maxConcurrent: 1, maxQueue: 1 });
    const [first, second] = [ask(services), ask(services)];
    const third = await ask(services).catch((error: unknown) => error);
    expect(third).toBeInstanceOf(ProviderUnavailableError);
    expect((third as ProviderUnavailableError).retryAfterMs).toBe(1000);
    await until(() => held.length === 1);
    answer();
    await first;
    await until(() => held.length === 1);
    answer();
    await second;
    expect(stub.seen).toHaveLength(2);
  });

  it('keeps nobody waiting past the deadline', async () => {
    await start({ maxConcurrent: 1, deadlineMs: 60, timeoutMs: 60 });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => ask(services)));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(stub.seen.length).toBeLessThan(5);
  });

  it('asks nobody whose turn comes with too little time for an answer', async () => {
    const deadlineMs = 1000;
    await start({ maxConcurrent: 1, deadlineMs, timeoutMs: deadlineMs });
    const endsAt = performance.now() + deadlineMs;
    const results = Promise.allSettled([ask(services), ask(services)]);
    await until(() => held.length === 1);
    while (performance.now() < endsAt - 50); // as a busy process: no timer can come first
    answer();
    expect((await results)[1]).toMatchObject({ status: 'rejected' });
    expect(stub.seen).toHaveLength(1);
  });

  it('has no queue where maxQueue is 0', async () => {
    await start({ maxConcurrent: 1, maxQueue: 0 });
    const first = ask(services);
    await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
    await until(() => held.length === 1);
    answer();
    await expect(first).resolves.toMatchObject({ outcome: 'accepted' });
  });

  it('frees the place of a request that failed', async () => {
    await start({ maxConcurrent: 1, maxQueue: 0, timeoutMs: 400 });
    for (let i = 0; i < 3; i++) await expect(ask(services)).rejects.toThrow('timeout');
    expect(stub.seen).toHaveLength(3);
  });
});

/** Waits until all sockets are closed: not so long that idle ones would end by themselves. */
async function socketsClosed(stub: StubServer): Promise<void> {
  await until(() => stub.openSockets === 0, 2000);
}

it('an answered verification leaves no timer that would keep the process of a script alive', async () => {
  const stub = await StubServer.start();
  const services = await startServices(stub.url, { http: { timeoutMs: 60_000 } });
  const timers = (): number => process.getActiveResourcesInfo().filter(each => each === 'Timeout').length;
  stub.reset(reply(200, yes));
  const before = timers();
  expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
  expect(timers()).toBeLessThanOrEqual(before);
  await services.module.close();
  await stub.stop();
});

describe.each(['axios', 'undici'] as const)('when the application closes, over %s', transport => {
  let stub: StubServer;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterAll(() => stub.stop());

  it('a verification under way still gets its answer, and the sockets close', async () => {
    const { module, ...services } = await startServices(stub.url, { http: { transport } });
    let release: () => void = () => undefined;
    const arrived = new Promise<void>(resolve => {
      stub.reset((request, response) => {
        release = () => {
          reply(200, yes)(request, response);
        };
        resolve();
      });
    });
    const asked = ask({ module, ...services });
    await arrived;
    const closed = module.close();
    release();
    expect(await asked).toMatchObject({ outcome: 'accepted' });
    await closed;
    await socketsClosed(stub);
  });

  it('a verification that is never answered ends at its deadline', async () => {
    const services = await startServices(stub.url, {
      http: { transport, timeoutMs: 60, deadlineMs: 60, retries: 0 },
    });
    stub.reset(() => undefined);
    const asked = ask(services).catch((error: unknown) => error);
    await until(() => stub.seen.length > 0);
    await services.module.close();
    expect(await asked).toBeInstanceOf(ProviderUnavailableError);
    await socketsClosed(stub);
  });
});

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

it('a connection that came after a failed one closes with the rest', async () => {
  const closed = createServer();
  const port = await listen(closed, 0);
  await new Promise(resolve => closed.close(resolve));

  let sockets = 0;
  const server = createServer((_, response) => response.end('{}'));
  server.on('connection', socket => {
    sockets++;
    socket.on('close', () => sockets--);
  });
  const origin = `http://127.0.0.1:${String(port)}`;
  const transport = new UndiciTransport(
    origin,
    1000,
    connectionsTo(origin, settingsOf({ maxConcurrent: 1 })),
  );
  const request = { method: 'GET', path: '/', headers: {}, repeatable: true } as const;

  const asked = Array.from({ length: 3 }, () => transport.send(request, 2000).catch(() => undefined));
  await asked[0];
  await listen(server, port);
  await Promise.all([...asked, transport.send(request, 2000), transport.send(request, 2000)]);
  await transport.close();
  const closing = until(() => sockets === 0, 2000); // well before a kept-alive socket would end by itself
  await closing.finally(() => {
    server.closeAllConnections();
    server.close();
  });
});

describe('connections that have been kept', () => {
  const MINUTE = 60_000;
  const request = { method: 'POST', path: '/', headers: {}, body: '{}', repeatable: false } as const;
  let opened: number;
  let now: number;
  const server = createServer((incoming, response) => incoming.resume().on('end', () => response.end('{}')));
  let transport: UndiciTransport;

  beforeAll(async () => {
    server.on('connection', () => opened++);
    const origin = `http://127.0.0.1:${String(await listen(server, 0))}`;
    now = Date.now();
    transport = new UndiciTransport(
      origin,
      1000,
      connectionsTo(origin, settingsOf({ maxConcurrent: 1 }), () => now, 0),
    );
  });
  beforeEach(() => {
    opened = 0;
    now += 10 * MINUTE;
  });
  afterAll(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });

  async function askAfter(...waits: readonly number[]): Promise<void> {
    for (const wait of waits) {
      now += wait;
      await transport.send(request, 2000);
      await new Promise(resolve => setImmediate(resolve)); // undici is done with the connection then
    }
  }

  it.each([
    ['are used again', [0, 10, 100, 1000, 3000], 1],
    ['are not used after a sleep, whatever the timers say', [0, 5000, 10, 3 * MINUTE], 3],
    ['are left within minutes under steady traffic, so that a DNS record may move', Array(80).fill(3000), 2],
    ['are not kept forever where the clock is set back', [0, -60 * MINUTE, 10], 2],
  ])('%s', async (_, waits: readonly number[], expected) => {
    await askAfter(...waits);
    expect(opened).toBe(expected);
  });

  it('serve who already waits on them', async () => {
    const asked = [transport.send(request, 2000)];
    now += 5000;
    asked.push(transport.send(request, 2000));
    await expect(Promise.all(asked)).resolves.toMatchObject([{ status: 200 }, { status: 200 }]);
  });
});
