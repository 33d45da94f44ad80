import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type HttpOptions,
} from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, send, type ClientReply, type RunningApplication } from '../support/application.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { StubServer } from '../support/stub-server.js';
import { until } from '../support/until.js';
import { DEFAULT_CLIENTS, PROMPT_CLIENTS, type Connect, type Connection } from './redis-connections.js';

jest.setTimeout(30_000); // clients take their time to connect again

let handled = 0;

@Controller()
class LoginController {
  @Post('login')
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab')
  login(): object {
    handled++;
    return {};
  }
}

describeWithRedis('an application whose state is in Redis', () => {
  const open: (() => Promise<void> | void)[] = [];
  let server: RedisServer;
  let stub: StubServer;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(async () => {
    server = await RedisServer.start();
    stub.reset(yes);
    handled = 0;
  });
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
    await server.stop();
  });
  afterAll(() => stub.stop());

  async function connectTo(connect: Connect): Promise<Connection> {
    const connection = await connect(server);
    open.push(() => {
      connection.close();
    });
    return connection;
  }

  async function start(connect: Connect, http: HttpOptions = {}): Promise<RunningApplication> {
    const store = new RedisStateStore((await connectTo(connect)).client);
    const options = optionsFor(stub, { store, http: { retries: 0, breaker: false, ...http } });
    const running = await boot('express', {
      imports: [VerificationModule.forRoot(options)],
      controllers: [LoginController],
    });
    open.push(() => running.app.close());
    return running;
  }

  async function challenge({ app }: RunningApplication): Promise<string> {
    const to = `+45${String(Math.random()).slice(2, 10)}`;
    return (await app.get(EngageLabOtpService).send({ to, templateId: 't' })).challengeId;
  }

  function login({ url }: RunningApplication, challengeId: string, code = '123456'): Promise<ClientReply> {
    return send(`${url}/login`, { challenge_id: challengeId, verify_code: code });
  }

  /** Nobody was let through, and nobody's code was spent. */
  function expectRefused({ status, body }: ClientReply): void {
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'verification_unavailable' } });
    expect(handled).toBe(0);
    expect(paths(stub)).not.toContain('/v1/verifications');
  }

  /** A client takes a moment to connect again. */
  async function recovers(running: RunningApplication): Promise<void> {
    let id = '';
    await until(() =>
      challenge(running).then(
        sent => (id = sent) !== '',
        () => false,
      ),
    );
    expect((await login(running, id)).status).toBe(201);
    expect(handled).toBe(1);
  }

  it.each(Object.entries(PROMPT_CLIENTS))(
    'is refused at once while Redis is dead, and recovers: %s',
    async (_, connect) => {
      const running = await start(connect, { timeoutMs: 60_000, deadlineMs: 60_000 });
      const id = await challenge(running);
      await server.kill();
      expectRefused(await login(running, id));
      await server.restart();
      await recovers(running);
      expect((await login(running, id)).status).toBe(403); // the server lost the login with everything else
    },
  );

  it.each(Object.entries(DEFAULT_CLIENTS))(
    'is refused in time while Redis is dead, and recovers: %s',
    async (_, connect) => {
      const running = await start(connect, { timeoutMs: 500 });
      const id = await challenge(running);
      await server.kill();
      expectRefused(await login(running, id));
      await server.restart();
      await recovers(running);
    },
  );

  it.each(Object.entries({ ...DEFAULT_CLIENTS, ...PROMPT_CLIENTS }))(
    'is refused in time while Redis answers nothing, and recovers: %s',
    async (_, connect) => {
      const running = await start(connect, { timeoutMs: 500 });
      const id = await challenge(running);
      server.pause();
      expectRefused(await login(running, id));
      server.resume();
      await recovers(running);
    },
  );

  it.each(Object.entries(PROMPT_CLIENTS))(
    'gives no count twice when Redis dies in the middle: %s',
    async (_, connect) => {
      const store = new RedisStateStore((await connectTo(connect)).client);
      const counts: number[] = [];
      let dead = false;
      const countOn = async (): Promise<void> => {
        for (let last = false; !last;) {
          last = dead;
          counts.push(await store.increment('key', 60_000));
          await new Promise(setImmediate);
        }
      };
      const counting = Array.from({ length: 20 }, countOn);
      await until(() => counts.length >= 200);
      await server.kill();
      dead = true;
      const ends = await Promise.allSettled(counting);
      expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
      expect([...counts].sort((a, b) => a - b)).toEqual(Array.from(counts, (__, index) => index + 1));
      await server.restart();
      await until(() =>
        store.get('key').then(
          () => true,
          () => false,
        ),
      );
      await expect(store.increment('key', 60_000)).resolves.toBe(1);
    },
  );

  it('counts guesses with its other instances', async () => {
    const [ours, theirs] = [
      await start(DEFAULT_CLIENTS['ioredis']!),
      await start(DEFAULT_CLIENTS['node-redis']!),
    ];
    const id = await challenge(ours);
    for (let guess = 0; guess < 5; guess++)
      expect((await login(guess % 2 ? ours : theirs, id, '000000')).status).toBe(403);
    expect((await login(ours, id)).status).toBe(429);
    expect((await login(theirs, id)).status).toBe(429);
    expect(paths(stub).filter(path => path === '/v1/verifications')).toHaveLength(5);
    expect(handled).toBe(0);
  });
});
