import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import {
  EngageLabOtpService,
  InMemoryStateStore,
  RequireVerification,
  StateStore,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  Verified,
  type AcceptedVerdict,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { optionsFor, yes } from '../support/answering.js';
import { boot, type RunningApplication } from '../support/application.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { StubServer } from '../support/stub-server.js';
import { until } from '../support/until.js';

type Headers = Record<string, string | undefined>;

function headersOf(context: ExecutionContext): Headers {
  return context.switchToHttp().getRequest<{ headers: Headers }>().headers;
}
const visitor = (context: ExecutionContext): string | undefined => headersOf(context)['x-visitor'];
const tenant = (context: ExecutionContext): string => headersOf(context)['x-tenant'] ?? '';
const remember = { for: '30m', subject: visitor } as const;

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('adult')
  @RequireVerification('verifyid', { claims: ['age_over_18'], remember })
  adult(): object {
    return {};
  }

  @Post('human')
  @RequireVerification('checkify', { remember })
  human(): object {
    return {};
  }

  @Post('vote')
  @RequireVerification('checkify', { consume: false, once: true })
  vote(): object {
    return {};
  }

  @Post('phone')
  @RequireVerification('engagelab', { remember })
  phone(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('own-phone')
  @RequireVerification('engagelab', { recipient: context => headersOf(context)['x-phone'], remember })
  ownPhone(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }
}

const LOGIN = { token_age_verified: 't1', device_id: 'd1' };
const SCAN = { checkify_token: 'r1' };

let stub: StubServer;
const started: RunningApplication[] = [];

beforeAll(async () => {
  stub = await StubServer.start();
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.reset(yes);
});

async function start(options: VerificationModuleOptions): Promise<RunningApplication> {
  const running = await boot('express', {
    imports: [VerificationModule.forRoot(options)],
    controllers: [ShopController],
  });
  started.push(running);
  return running;
}

async function visit(
  { url }: RunningApplication,
  route: string,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-visitor': 'ada', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

function forget(
  { app }: RunningApplication,
  ...args: Parameters<VerificationService['forget']>
): Promise<void> {
  return app.get(VerificationService).forget(...args);
}

afterAll(() => Promise.all(started.map(({ app }) => app.close())));

/** The options with the credentials of another account. */
function otherAccount(options: VerificationModuleOptions): VerificationModuleOptions {
  const { providers = {} } = options;
  return {
    ...options,
    providers: {
      ...providers,
      checkify: { ...providers.checkify, apiKey: 'csk_another_key' },
      verifyid: { ...providers.verifyid, pluginKey: 'another-plugin' },
    },
  };
}

describeWithRedis('in a real store', () => {
  let server: RedisServer;
  let redis: Redis;
  let running: RunningApplication;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.port);
    running = await start(optionsFor(stub, { store: new RedisStateStore(redis) }));
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  beforeEach(() => redis.flushall());

  const expectMarksAlone = async (): Promise<void> => {
    const left = await redis.keys('*');
    for (const key of left) {
      expect(await redis.hgetall(key)).toEqual({ mark: expect.stringMatching(/^.{1,19}$/) as unknown });
      expect(await redis.pttl(key)).toBeGreaterThan(15_000);
      expect(await redis.pttl(key)).toBeLessThanOrEqual(30_000); // twice the deadline
    }
  };

  it('forget() deletes what it forgets, and leaves a short mark', async () => {
    await visit(running, 'adult', LOGIN);
    await visit(running, 'human', SCAN);
    await forget(running, 'ada');
    await expectMarksAlone();
    expect((await visit(running, 'adult')).status).toBe(403);
    expect((await visit(running, 'human')).status).toBe(403);
    await visit(running, 'adult', LOGIN);
    expect((await visit(running, 'adult')).status).toBe(201);
  });

  it('a logout is not undone by an acceptance that takes effect late while another one is written', async () => {
    const turns: ((put: () => Promise<void>) => Promise<void>)[] = [];
    let cleanups = 0;
    class Turns extends RedisStateStore {
      override putUnlessCleared(...entry: Parameters<StateStore['putUnlessCleared']>): Promise<void> {
        const put = (): Promise<void> => super.putUnlessCleared(...entry);
        return turns.shift()?.(put) ?? put();
      }
      override async delete(key: string): Promise<void> {
        await super.delete(key);
        cleanups++;
      }
      override async clearRecord(...record: Parameters<StateStore['clearRecord']>): Promise<void> {
        await super.clearRecord(...record);
        cleanups++;
      }
    }
    const http = { timeoutMs: 500, deadlineMs: 1000 };
    const other = await start(optionsFor(stub, { store: new Turns(redis), http }));
    let takeEffect = (): void => undefined;
    const late = new Promise<void>(resolve => (takeEffect = resolve));
    turns.push(put => late.then(put));
    turns.push(async put => {
      await forget(other, 'ada');
      cleanups = 0;
      takeEffect();
      await until(() => cleanups > 0, 400);
      await put();
    });
    expect((await visit(other, 'adult', LOGIN)).status).toBe(201);
    const markEnds = performance.now() + 2 * http.deadlineMs;
    await until(() => performance.now() > markEnds);
    expect((await visit(other, 'adult', LOGIN)).status).toBe(201);
    expect((await visit(other, 'adult')).status).toBe(403);
  });

  it('what is verified at that moment is not remembered, and not left', async () => {
    stub.reset((request, response) => {
      void forget(running, 'ada').then(() => {
        yes(request, response);
      });
    });
    expect((await visit(running, 'adult', LOGIN)).status).toBe(201);
    await expectMarksAlone();
    expect((await visit(running, 'adult')).status).toBe(403);
  });
});

describe('in the store of one process', () => {
  let aheadMs = 0;
  let store: InMemoryStateStore & { held(): Promise<number> };
  const keys = new Set<string>();

  beforeEach(() => {
    aheadMs = 0;
    keys.clear();
    class Watched extends InMemoryStateStore {
      override clearRecord(...record: Parameters<StateStore['clearRecord']>): Promise<void> {
        keys.add(record[0]);
        return super.clearRecord(...record);
      }
      override putUnlessCleared(...entry: Parameters<StateStore['putUnlessCleared']>): Promise<void> {
        keys.add(entry[0]);
        return super.putUnlessCleared(...entry);
      }
      async held(): Promise<number> {
        const each = [...keys].map(async key => {
          const { mark, entries } = await this.readRecord(key);
          return mark !== undefined || entries.size > 0;
        });
        return (await Promise.all(each)).filter(Boolean).length;
      }
    }
    store = new Watched({ now: () => Date.now() + aheadMs });
  });

  it('a logout of somebody unknown leaves nothing after the mark’s time', async () => {
    const running = await start(optionsFor(stub, { store, http: { deadlineMs: 5000 } }));
    await forget(running, 'nobody-knows-me');
    expect(await store.held()).toBeGreaterThan(0);
    aheadMs = 10_001;
    expect(await store.held()).toBe(0);
  });

  it('the mark outlives the verifications of the most patient provider', async () => {
    const options = optionsFor(stub, { store, http: { deadlineMs: 5000 } });
    const verifyid = { ...options.providers?.verifyid, http: { deadlineMs: 60_000 } };
    const running = await start({ ...options, providers: { ...options.providers, verifyid } });
    await forget(running, 'ada');
    aheadMs = 119_000;
    expect(await store.held()).toBeGreaterThan(0);
  });

  it('a verification that began after the logout is remembered, and stays so after the mark’s time', async () => {
    const running = await start(optionsFor(stub, { store }));
    await forget(running, 'ada');
    await visit(running, 'adult', LOGIN);
    expect((await visit(running, 'adult')).status).toBe(201);
    aheadMs = 60_000;
    expect((await visit(running, 'adult')).status).toBe(201);
  });

  class Racing extends StateStore {
    onSet: (() => Promise<void>) | undefined;
    get = (key: string) => store.get(key);
    setIfAbsent = (...args: Parameters<StateStore['setIfAbsent']>) => store.setIfAbsent(...args);
    increment = (...args: Parameters<StateStore['increment']>) => store.increment(...args);
    delete = (key: string) => store.delete(key);
    async set(...args: Parameters<StateStore['set']>): Promise<void> {
      const { onSet } = this;
      this.onSet = undefined;
      await onSet?.();
      await store.set(...args);
    }
  }

  it('a logout while an acceptance is written is not undone by it, also after the mark’s time', async () => {
    const racing = new Racing();
    const running = await start(optionsFor(stub, { store: racing, http: { timeoutMs: 500 } }));
    for (const lateMs of [0, 700]) {
      racing.onSet = async () => {
        await forget(running, 'ada');
        if (lateMs > 0) await new Promise(resolve => setTimeout(resolve, lateMs));
      };
      expect((await visit(running, 'adult', LOGIN)).status).toBe(201);
      if (lateMs > 0) await new Promise(resolve => setTimeout(resolve, lateMs));
      aheadMs += 60_000;
      expect((await visit(running, 'adult')).status).toBe(403);
    }
  });

  it('a logout is not undone by an acceptance that a client of the store sends again when the mark is gone', async () => {
    const racing = new Racing();
    const http = { timeoutMs: 500, deadlineMs: 1000 };
    const running = await start(optionsFor(stub, { store: racing, http }));
    let isWritten = false;
    racing.onSet = async () => {
      await forget(running, 'ada');
      const markEnds = performance.now() + 2 * http.deadlineMs;
      await until(() => performance.now() > markEnds);
      aheadMs += 60_000;
      isWritten = true;
    };
    expect((await visit(running, 'adult', LOGIN)).status).toBe(201);
    await until(() => isWritten);
    await until(async () => (await visit(running, 'adult')).status === 403, 1000);
  });

  it('a script without routes forgets, too', async () => {
    const options = optionsFor(stub, { store });
    const running = await start(options);
    await visit(running, 'adult', LOGIN);
    class ScriptModule {}
    Module({ imports: [VerificationModule.forRoot(options)] })(ScriptModule);
    const script = await NestFactory.createApplicationContext(ScriptModule, { logger: false });
    await script.get(VerificationService).forget('ada');
    await script.close();
    expect((await visit(running, 'adult')).status).toBe(403);
  });

  describe('accounts that share it', () => {
    it('do not share who was verified, nor which proof is used', async () => {
      const staging = await start(otherAccount(optionsFor(stub, { store })));
      const live = await start(optionsFor(stub, { store }));
      await visit(staging, 'adult', LOGIN);
      expect((await visit(staging, 'adult')).status).toBe(201);
      expect((await visit(live, 'adult')).status).toBe(403);
      expect((await visit(staging, 'vote', SCAN)).status).toBe(201);
      expect((await visit(live, 'vote', SCAN)).status).toBe(201);
      expect((await visit(live, 'vote', SCAN)).status).toBe(403);
    });

    it('are told apart by the address of the provider as well', async () => {
      const elsewhere = await StubServer.start();
      elsewhere.reset(yes);
      const staging = await start(optionsFor(elsewhere, { store }));
      const live = await start(optionsFor(stub, { store }));
      await visit(staging, 'adult', LOGIN);
      expect((await visit(live, 'adult')).status).toBe(403);
      await elsewhere.stop();
    });

    it('that name one scope keep who was verified over a rotation of keys', async () => {
      const before = await start(optionsFor(stub, { store, scope: 'shop-a' }));
      const after = await start(otherAccount(optionsFor(stub, { store, scope: 'shop-a' })));
      const other = await start(optionsFor(stub, { store, scope: 'shop-b' }));
      await visit(before, 'adult', LOGIN);
      expect((await visit(after, 'adult')).status).toBe(201);
      expect((await visit(other, 'adult')).status).toBe(403);
      expect((await visit(before, 'vote', SCAN)).status).toBe(201);
      expect((await visit(after, 'vote', SCAN)).status).toBe(403);
      await forget(after, 'ada');
      expect((await visit(before, 'adult')).status).toBe(403);
    });
  });

  describe('tenants of one application', () => {
    const one = { 'x-tenant': 'one' };
    const two = { 'x-tenant': 'two' };

    it('have visitors of their own, whom forget() finds by scope or by context', async () => {
      const running = await start(optionsFor(stub, { store, scope: tenant }));
      for (const each of [one, two]) await visit(running, 'adult', LOGIN, each);
      await forget(running, 'ada', { scope: 'one' });
      expect((await visit(running, 'adult', {}, one)).status).toBe(403);
      expect((await visit(running, 'adult', {}, two)).status).toBe(201);
      const request = { headers: two };
      const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
      await forget(running, 'ada', { context });
      expect((await visit(running, 'adult', {}, two)).status).toBe(403);
    });

    it('must be named: forget() says how, and forgets nothing', async () => {
      const running = await start(optionsFor(stub, { store, scope: tenant }));
      await visit(running, 'adult', LOGIN, one);
      await expect(forget(running, 'ada')).rejects.toMatchObject({
        name: 'ConfigurationError',
        message: expect.stringMatching(/Pass \{ context \} or \{ scope \}/) as unknown,
      });
      expect((await visit(running, 'adult', {}, one)).status).toBe(201);
    });

    it('a request of no tenant is refused, and spends nothing', async () => {
      const running = await start(optionsFor(stub, { store, scope: tenant }));
      expect((await visit(running, 'adult', LOGIN)).status).toBe(503);
      expect(stub.seen).toEqual([]);
      expect(running.logger.lines.join('\n')).toContain(
        '"scope" must be the text of a tenant, not an empty text',
      );
    });
  });

  it('a remembered phone names the phone, and covers no request about another', async () => {
    const running = await start(optionsFor(stub, { store }));
    const otp = running.app.get(EngageLabOtpService);
    const prove = async (route: string, headers: Record<string, string> = {}): Promise<unknown> => {
      const { challengeId } = await otp.send({ to: '+4512345678', templateId: 't' });
      return visit(running, route, { challenge_id: challengeId, verify_code: '123456' }, headers);
    };
    const recipient = '+4512345678';
    expect(await prove('phone')).toMatchObject({ status: 201, body: { recipient } });
    expect(await visit(running, 'phone')).toMatchObject({
      status: 201,
      body: { recipient, remembered: true },
    });

    const mine = { 'x-phone': recipient };
    expect(await prove('own-phone', mine)).toMatchObject({ status: 201 });
    expect(await visit(running, 'own-phone', {}, mine)).toMatchObject({ status: 201, body: { recipient } });
    expect(await visit(running, 'own-phone', {}, { 'x-phone': '+4587654321' })).toMatchObject({
      status: 403,
    });
  });

  it.each(['', ' ', 'user:', 'user:undefined', 'false'])(
    'forget("%s") forgets nobody, and says so',
    async text => {
      const running = await start(optionsFor(stub, { store }));
      await expect(forget(running, text)).rejects.toThrow(/names nobody; nothing was forgotten/);
      expect(keys.size).toBe(0);
    },
  );

  it('references of remembered acceptances are keyed: who knows an account number finds none', async () => {
    const references: unknown[] = [];
    for (const referenceKey of ['a secret of sixteen', 'another secret of 16', undefined]) {
      const options = optionsFor(stub, { store: new InMemoryStateStore(), scope: 'shop' });
      const running = await start({ ...options, ...(referenceKey === undefined ? {} : { referenceKey }) });
      const { challengeId } = await running.app
        .get(EngageLabOtpService)
        .send({ to: '+4512345678', templateId: 't' });
      await visit(running, 'phone', { challenge_id: challengeId, verify_code: '123456' });
      const again = await visit(running, 'phone');
      references.push((again.body as AcceptedVerdict).reference);
    }
    expect(new Set(references).size).toBe(3);
  });
});
