import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, type ModuleMetadata } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule, type HealthCheckResult } from '@nestjs/terminus';
import {
  CheckifyService,
  ConfigurationError,
  HumanProofService,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import {
  VerificationHealthIndicator,
  VerificationTerminusModule,
  type VerificationHealthOptions,
} from 'nestjs-verification/terminus';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { acmeAt } from '../contract/acme-at.js';
import { FragileStore } from '../support/fragile-store.js';
import { optionsFor } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { module } from '../support/module.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { until } from '../support/until.js';

let options: VerificationHealthOptions | undefined;

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(VerificationHealthIndicator) private readonly indicator: VerificationHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicator.isHealthy('verification', options)]);
  }
}

const yes = reply(200, HUMANPROOF.yes);
const down = reply(503, {});
const closed = { checkify: 'closed', engagelab: 'closed', humanproof: 'closed', verifyid: 'closed' };

// Both ways that Nest users know, each on one of the platforms.
const WAYS: readonly [string, ModuleMetadata][] = [
  ['VerificationTerminusModule', { imports: [TerminusModule, VerificationTerminusModule] }],
  [
    'a provider of the health module',
    { imports: [TerminusModule], providers: [VerificationHealthIndicator] },
  ],
];
const ON = PLATFORMS.map((platform, index) => ({
  platform,
  way: WAYS[index]![0],
  metadata: WAYS[index]![1],
}));

describe.each(ON)('the health of verification, with $way on $platform', ({ platform, metadata }) => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeEach(async () => {
    options = undefined;
    stub = await StubServer.start();
  });
  afterEach(async () => {
    await running.app.close();
    await stub.stop();
  });

  async function start(more: Partial<VerificationModuleOptions> = {}): Promise<void> {
    const http = { retries: 0, breaker: { failures: 2, coolDownMs: 60_000 }, ...more.http };
    const verification = optionsFor(stub, { ...more, http });
    const HealthModule = module({ ...metadata, controllers: [HealthController] });
    running = await boot(platform, { imports: [VerificationModule.forRoot(verification), HealthModule] });
  }

  async function ask(script: Script, times = 2): Promise<void> {
    stub.reset(script);
    for (let i = 0; i < times; i++)
      await running.app
        .get(HumanProofService)
        .verify({ token: 't' })
        .catch(() => undefined);
  }

  const health = () => send(`${running.url}/health`);

  it('is up before anybody asked, and asks nobody', async () => {
    await start();
    expect(await health()).toMatchObject({
      status: 200,
      body: { status: 'ok', info: { verification: { status: 'up', providers: closed } } },
    });
    expect(stub.seen).toEqual([]);
  });

  it('names providers of the application too', async () => {
    await start(acmeAt(stub.url));
    expect(await health()).toMatchObject({
      body: { info: { verification: { providers: { ...closed, acme: 'closed' } } } },
    });
  });

  it('is down while a breaker is open', async () => {
    await start();
    await ask(down);
    expect(await health()).toMatchObject({
      status: 503,
      body: {
        status: 'error',
        error: { verification: { status: 'down', providers: { ...closed, humanproof: 'open' } } },
      },
    });
    expect(stub.seen).toHaveLength(2);
  });

  it('stays up below the failures that open a breaker', async () => {
    await start();
    await ask(down, 1);
    expect(await health()).toMatchObject({ status: 200 });
  });

  it('is up again when the next call may try: a probe that stays down could keep that call away', async () => {
    await start({ http: { breaker: { failures: 1, coolDownMs: 1 } } });
    await ask(down, 1);
    await until(async () => (await health()).status === 200);
    expect(await health()).toMatchObject({
      status: 200,
      body: { info: { verification: { status: 'up', providers: { humanproof: 'half_open' } } } },
    });
    await ask(yes, 1);
    expect(await health()).toMatchObject({
      body: { info: { verification: { providers: { humanproof: 'closed' } } } },
    });
  });

  it('is up where the breaker is turned off', async () => {
    await start({ http: { breaker: false } });
    await ask(down, 4);
    expect(await health()).toMatchObject({ status: 200 });
  });

  it.each([
    ['get'],
    ['set'],
    ['setIfAbsent'],
    ['increment'],
    ['delete'],
    ['take'],
    ['put'],
    ['entries'],
  ] as const)(
    'is down while the %s of the store fails, in one line, and up when it works again',
    async name => {
      const store = new FragileStore();
      await start({ store });
      store.broken = [name];
      const wrong = { status: 'down', providers: closed, store: 'down' };
      expect(await health()).toMatchObject({ status: 503, body: { error: { verification: wrong } } });
      await health();
      const lines = running.logger.lines.filter(line => line.includes('store_failed'));
      expect(lines).toEqual([expect.stringContaining(`[verification.store_failed operation=${name}]`)]);
      store.broken = [];
      const right = { status: 'up', providers: closed, store: 'up' };
      expect(await health()).toMatchObject({ status: 200, body: { info: { verification: right } } });
      expect(stub.seen).toEqual([]);
    },
  );

  it('is down in time where the store answers nothing', async () => {
    const store = Object.assign(new FragileStore(), { get: () => new Promise(() => undefined) });
    await start({ store, http: { timeoutMs: 50 } });
    expect(await health()).toMatchObject({ body: { error: { verification: { store: 'down' } } } });
  });

  it('is about the providers that matter', async () => {
    await start();
    await ask(down);
    options = { providers: ['checkify', 'verifyid'] };
    expect(await health()).toMatchObject({ status: 200 });
    expect((await health()).body).toMatchObject({
      info: { verification: { providers: { checkify: 'closed', verifyid: 'closed' } } },
    });
    options = { providers: ['checkify', 'humanproof'] };
    const { status, body } = await health();
    expect(status).toBe(503);
    expect(body).toHaveProperty('error.verification', {
      status: 'down',
      store: 'up',
      providers: { checkify: 'closed', humanproof: 'open' },
    });
  });

  it.each<[string, VerificationHealthOptions, string]>([
    ['a provider that there is not', { providers: ['acmee' as never] }, 'no verification provider "acmee"'],
    ['no provider', { providers: [] }, 'Leave it out'],
  ])('does not take %s for healthy', async (_, wrong, message) => {
    await start();
    const indicator = running.app.get(VerificationHealthIndicator, { strict: false });
    expect(() => indicator.isHealthy('verification', wrong)).toThrow(ConfigurationError);
    expect(() => indicator.isHealthy('verification', wrong)).toThrow(message);
  });
});

describe.each(WAYS)('%s', (_, metadata) => {
  it('finds a module that is not global', async () => {
    const stub = await StubServer.start();
    const verification = VerificationModule.forRoot({ ...optionsFor(stub), isGlobal: false });
    const { app } = await boot('express', {
      imports: [module({ imports: [verification] }), module(metadata)],
    });
    const indicator = app.get(VerificationHealthIndicator, { strict: false });
    await expect(indicator.isHealthy('v')).resolves.toEqual({
      v: { status: 'up', providers: closed, store: 'up' },
    });
    expect(app.get(CheckifyService, { strict: false })).toBeInstanceOf(CheckifyService);
    await app.close();
    await stub.stop();
  });

  it('is about every module, where an application has several', async () => {
    const stub = await StubServer.start();
    stub.reset(down);
    const store = new FragileStore();
    const http = { retries: 0, breaker: { failures: 1, coolDownMs: 60_000 } };
    const { providers: acme, customProviders } = acmeAt(stub.url);
    const all = optionsFor(stub, { http });
    const second = { ...all, store, customProviders, providers: { ...all.providers, ...acme } };
    const modules = [all, second].map(each => VerificationModule.forRoot({ ...each, isGlobal: false }));
    const imports = [...modules.map(each => module({ imports: [each] })), module(metadata)];
    const { app } = await boot('express', { imports });
    const indicator = app.get(VerificationHealthIndicator, { strict: false });
    const providers = { ...closed, acme: 'closed' };
    expect(await indicator.isHealthy('v')).toEqual({ v: { status: 'up', providers, store: 'up' } });
    const [first] = app.get(HumanProofService, { strict: false, each: true });
    await first?.verify({ token: 't' }).catch(() => undefined);
    store.broken = ['get'];
    expect(await indicator.isHealthy('v')).toEqual({
      v: { status: 'down', providers: { ...providers, humanproof: 'open' }, store: 'down' },
    });
    await app.close();
    await stub.stop();
  });

  it('does not start without VerificationModule, and says so', async () => {
    await expect(boot('express', { imports: [module(metadata)] })).rejects.toThrow(
      'Import VerificationModule.forRoot()',
    );
  });
});
