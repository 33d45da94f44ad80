import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, Inject, Post, UseGuards } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule, type HealthCheckResult } from '@nestjs/terminus';
import { Redis } from 'ioredis';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
} from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { VerificationHealthIndicator } from 'nestjs-verification/terminus';
import { createClient } from 'redis';
import { State } from '../../lib/src/store/state.js';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { StubServer } from '../support/stub-server.js';
import { until } from '../support/until.js';
import { CLUSTER_CLIENTS, PROMPT_CLIENTS, type Connection } from './redis-connections.js';

jest.setTimeout(30_000); // starts servers

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(VerificationHealthIndicator) private readonly indicator: VerificationHealthIndicator,
  ) {}

  @Get('health')
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicator.isHealthy('verification')]);
  }

  @Post('vote')
  @RequireVerification('checkify', { consume: false, once: true })
  vote(): object {
    return {};
  }

  @Post('login')
  @RequireVerification('engagelab')
  login(): object {
    return {};
  }
}

/** The option for a server that replicates at once, without waiting for further replicas. */
const NOW = ['--repl-diskless-sync-delay', '0'];

/** Clients that are used before they are connected. `tried` resolves at the next failed connection. */
const AWAY: Readonly<Record<string, (url: string) => Connection & { tried(): Promise<unknown> }>> = {
  ioredis: url => {
    const client = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    const close = (): void => {
      client.disconnect();
    };
    client.on('error', () => undefined);
    return { client, close, tried: () => new Promise(resolve => client.once('error', resolve)) };
  },
  'node-redis': url => {
    const client = createClient({ url, disableOfflineQueue: true });
    const close = (): void => {
      client.destroy();
    };
    client.on('error', () => undefined);
    client.connect().catch(() => undefined);
    return { client, close, tried: () => new Promise(resolve => client.once('error', resolve)) };
  },
};

describeWithRedis('a Redis', () => {
  const open: (() => unknown)[] = [];
  let stub: StubServer;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    stub.reset(yes);
  });
  afterAll(() => stub.stop());

  async function startServer(...options: string[]): Promise<RedisServer> {
    const server = await RedisServer.start(...options);
    open.push(() => server.stop());
    return server;
  }

  async function start(connection: Connection, timeoutMs = 2000): Promise<RunningApplication> {
    open.push(() => {
      connection.close();
    });
    stub.reset(yes);
    const store = new RedisStateStore(connection.client);
    const http = { retries: 0, breaker: false, timeoutMs } as const;
    const running = await boot('express', {
      imports: [TerminusModule, VerificationModule.forRoot(optionsFor(stub, { http, store }))],
      controllers: [ShopController],
      providers: [VerificationHealthIndicator],
    });
    open.push(() => running.app.close());
    return running;
  }

  const vote = async ({ url }: RunningApplication, token: string): Promise<number> =>
    (await send(`${url}/vote`, { checkify_token: token })).status;
  const votes = (running: RunningApplication, token: string) => async (): Promise<boolean> =>
    (await vote(running, token)) === 201;

  /** Nobody is let through; the operator reads why, and the health check is down. */
  async function expectOutage(running: RunningApplication, word: string): Promise<void> {
    running.logger.lines.length = 0;
    expect(await send(`${running.url}/vote`, { checkify_token: 'late' })).toMatchObject({
      status: 503,
      body: { code: 'verification_unavailable' },
    });
    const line = running.logger.lines.find(each => each.includes('operation=setIfAbsent'));
    expect(line).toMatch(/^warn the state store failed \[verification\.store_failed /);
    expect(line).toContain(`error=${word}`);
    expect(await health(running)).toEqual([503, 'down']);
  }

  async function health({ url }: RunningApplication): Promise<[number, unknown]> {
    const { status, body } = await send(`${url}/health`);
    return [status, (body as { details: { verification: { store: unknown } } }).details.verification.store];
  }

  it.each(Object.entries(AWAY))('that is away at start stops no boot: %s', async (_, connect) => {
    const server = await startServer();
    await server.kill();
    const client = connect(server.url);
    const running = await start(client);
    await client.tried();
    await expectOutage(running, 'ECONNREFUSED');
    await server.restart();
    await until(votes(running, 'r1'));
    expect(await health(running)).toEqual([200, 'up']);
    expect(await vote(running, 'r1')).toBe(403);
  });

  describe.each(Object.entries(PROMPT_CLIENTS))('%s', (_, connect) => {
    it.each<[string, string, string[], string[]]>([
      ['that is full', 'OOM', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
      [
        'that lets us do less than we need',
        'NOPERM',
        ['ACL', 'SETUSER', 'default', '-set'],
        ['ACL', 'SETUSER', 'default', '+set'],
      ],
      [
        'that has no replica, and wants one,',
        'NOREPLICAS',
        ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
        ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
      ],
      ['that became a replica', 'READONLY', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    ])('%s refuses, says %s, and recovers without having lost anything', async (__, word, spoil, mend) => {
      const server = await startServer();
      const running = await start(await connect(server));
      expect(await vote(running, 'r1')).toBe(201);
      await server.command(...(spoil as [string]));
      await expectOutage(running, word);
      await server.command(...(mend as [string]));
      expect(await vote(running, 'late')).toBe(201);
      expect(await vote(running, 'r1')).toBe(403);
      expect(await health(running)).toEqual([200, 'up']);
    });

    it('is down for the health check, too, where only scripts are refused', async () => {
      const server = await startServer();
      const running = await start(await connect(server));
      await server.command('ACL', 'SETUSER', 'default', '-eval');
      expect(await health(running)).toEqual([503, 'down']);
      expect(running.logger.lines[0]).toMatch(/operation=(increment|take|put) error=NOPERM/);
    });

    it('that goes away and comes back is down and up for the health check', async () => {
      const server = await startServer();
      const running = await start(await connect(server));
      expect(await health(running)).toEqual([200, 'up']);
      await server.kill();
      expect(await health(running)).toEqual([503, 'down']);
      await server.restart();
      await until(async () => (await health(running))[0] === 200);
    });

    it('that fails over goes on with what its replica has', async () => {
      const [first, second] = [await startServer(...NOW), await startServer(...NOW)];
      const running = await start(await connect(first));
      expect(await vote(running, 'r1')).toBe(201);
      await replicate(second, first);
      await second.command('REPLICAOF', 'NO', 'ONE');
      await replicate(first, second);
      await expectOutage(running, 'READONLY');
      await first.command('REPLICAOF', 'NO', 'ONE');
      expect(await vote(running, 'r1')).toBe(403);
      expect(await vote(running, 'late')).toBe(201);
    });

    it('that evicts a code makes it no code, and lets nobody through', async () => {
      const server = await startServer('--maxmemory-policy', 'allkeys-random');
      const running = await start(await connect(server));
      const { challengeId } = await running.app
        .get(EngageLabOtpService)
        .send({ to: '+4520123456', templateId: 't' });
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      await server.command('SET', 'noise', 'x').catch(() => undefined);
      await until(async () => (await server.command('DBSIZE')) === 0);
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
      const body = { challenge_id: challengeId, verify_code: '123456' };
      expect(await send(`${running.url}/login`, body)).toMatchObject({ status: 403 });
      expect(paths(stub)).not.toContain('/v1/verifications');
    });

    it('that answers late: what takes effect then is undone', async () => {
      const server = await startServer();
      const running = await start(await connect(server), 300);
      const state = running.app.get(State, { strict: false });
      const bucket = { key: 'bucket', capacity: 1, refillMs: 3_600_000 };
      await server.command('CLIENT', 'PAUSE', '1000', 'ALL');
      await Promise.all([
        expectOutage(running, 'TIMEOUT'),
        expect(state.take(bucket)).rejects.toThrow(),
        expect(state.set('value', 'v', 60_000)).rejects.toThrow(),
        expect(state.setIfAbsent('once', 'v', 60_000)).rejects.toThrow(),
      ]);
      await until(async () => (await state.waitFor(bucket).catch(() => 1)) === 0);
      // Also those of the health check are over in a second.
      await until(async () => (await server.command('DBSIZE')) === 0);
      expect(await vote(running, 'late')).toBe(201);
    });

    it('that answers late undoes no value that was set since', async () => {
      const server = await startServer();
      const connection = await connect(server);
      open.push(() => {
        connection.close();
      });
      const store = new RedisStateStore(connection.client);
      const [hasty, patient] = [50, 10_000].map(timeoutMs => new State(store, timeoutMs, () => undefined));
      await server.command('CLIENT', 'PAUSE', '300', 'ALL');
      await expect(hasty!.set('mark', 'old', 60_000)).rejects.toThrow();
      await patient!.set('mark', 'new', 60_000);
      await patient!.get('mark'); // comes after the commands that undo
      await expect(patient!.get('mark')).resolves.toBe('new');
    });
  });

  describe.each(Object.entries(CLUSTER_CLIENTS))('cluster, through %s', (_, connect) => {
    it('that moves its slots loses nothing', async () => {
      const nodes = await startCluster(2);
      const running = await start(await connect(nodes[0]));
      for (let index = 0; index < 10; index++) expect(await vote(running, `r${index}`)).toBe(201);
      await moveSlots(nodes[0], nodes[1]!);
      for (let index = 0; index < 20; index++)
        expect(await vote(running, `r${index}`)).toBe(index < 10 ? 403 : 201);
      expect(await health(running)).toEqual([200, 'up']);
    });

    it('that loses a node refuses until it is back', async () => {
      const nodes = await startCluster(3);
      const running = await start(await connect(nodes[0]), 500);
      expect(await vote(running, 'r1')).toBe(201);
      await nodes[1]!.kill();
      await nodes[2]!.kill();
      await until(async () => (await vote(running, 'r2')) === 503);
      expect(running.logger.lines.join('\n')).toMatch(/store_failed .*error=(CLUSTERDOWN|TIMEOUT|ECONN\w+)/);
      await until(async () => (await health(running))[1] === 'down');
      await nodes[1]!.restart();
      await nodes[2]!.restart();
      await until(votes(running, 'r3'), 20_000);
      await until(async () => (await health(running))[1] === 'up', 20_000);
    });
  });

  async function startCluster(count: number): Promise<readonly [RedisServer, ...RedisServer[]]> {
    const nodes = await RedisServer.startCluster(count);
    open.push(() => Promise.all(nodes.map(node => node.stop())));
    return nodes;
  }
});

/** Waits until `to` has all that `from` has, and keeps it. */
async function replicate(to: RedisServer, from: RedisServer): Promise<void> {
  await to.command('REPLICAOF', '127.0.0.1', from.port);
  await until(async () => String(await to.command('INFO', 'replication')).includes('master_link_status:up'));
}

/** Every slot with a key, and its keys. */
async function moveSlots(from: RedisServer, to: RedisServer): Promise<void> {
  const [source, target] = [
    String(await from.command('CLUSTER', 'MYID')),
    String(await to.command('CLUSTER', 'MYID')),
  ];
  for (;;) {
    const key = (await from.command('RANDOMKEY')) as string | null;
    if (key === null) return;
    const slot = (await from.command('CLUSTER', 'KEYSLOT', key)) as number;
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source);
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target);
    const keys = (await from.command('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
    await from.command('MIGRATE', '127.0.0.1', to.port, '', 0, 5000, 'KEYS', ...keys);
    for (const node of [to, from]) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', target);
  }
}
