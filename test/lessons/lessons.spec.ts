import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import {
  CheckifyService,
  ConfigurationError,
  EngageLabOtpService,
  HumanProofService,
  VerificationModule,
  type VerificationOptionsFactory,
} from 'nestjs-verification';
import { boot, PLATFORMS, send, type ClientReply, type RunningApplication } from '../support/application.js';
import { startServices } from '../support/services.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { openShop, ShopController } from './shop.js';

// What went wrong in libraries like this one; each must not happen here. Lesson 12 (guards run before pipes) waits for
// the `body` option.

const YES = {
  checkify: {
    success: true,
    status: 'completed',
    request_id: 'r',
    approved_claims: { age_over_18: true, human_verified: true },
  },
  humanproof: { success: true },
  verifyid: { age: 18 },
};
type Route = keyof typeof YES;
const ROUTES = Object.keys(YES) as Route[];

describe.each(PLATFORMS)('on %s', platform => {
  let stub: StubServer;
  let shop: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    shop = await openShop(platform, stub, { timeoutMs: 150, breaker: false });
  });
  beforeEach(() => {
    stub.reset();
  });
  afterAll(async () => {
    await shop.app.close();
    await stub.stop();
  });

  /** A request with everything a person should bring. */
  function visit(route: string, more: Record<string, unknown> = {}): Promise<ClientReply> {
    if (route === 'verifyid') return send(`${shop.url}/verifyid?token_age_verified=t&device_id=d`);
    return send(`${shop.url}/${route}`, { checkify_token: 'r', 'humanproof-token': 't', ...more });
  }

  async function sendCode(): Promise<string> {
    const sent = stub.seen.length;
    stub.script = reply(200, { message_id: 'm1', send_channel: 'sms' });
    const { challengeId } = await shop.app
      .get(EngageLabOtpService)
      .send({ to: '+4520123456', templateId: 't' });
    stub.seen.splice(sent);
    return challengeId;
  }

  const guess = (challengeId: string, more: object = {}): Promise<ClientReply> =>
    send(`${shop.url}/engagelab`, { challenge_id: challengeId, verify_code: '000000', ...more });

  it.each(ROUTES)(
    'the documented yes of %s passes, or the lessons below would prove nothing',
    async route => {
      stub.reset(reply(200, YES[route]));
      expect((await visit(route)).status).toBeLessThan(300);
    },
  );

  describe('letting people through', () => {
    it.each<[Route, unknown]>([
      ['humanproof', { success: 'false' }],
      ['humanproof', { success: 'true' }],
      ['humanproof', { success: 1 }],
      ['checkify', { ...YES.checkify, approved_claims: { age_over_18: 'true' } }],
      ['checkify', { ...YES.checkify, success: 'true' }],
      ['verifyid', { age: '18' }],
    ])('1: a string or number for yes: %s %j', async (route, body) => {
      stub.reset(reply(200, body));
      expect((await visit(route)).status).toBeGreaterThanOrEqual(400);
    });

    it.each<[Route, unknown]>([
      ['checkify', { ...YES.checkify, approved_claims: {} }],
      ['checkify', { ...YES.checkify, approved_claims: undefined }],
      ['humanproof', {}],
      ['verifyid', {}],
    ])('2: a check skipped when its field is absent: %s %j', async (route, body) => {
      stub.reset(reply(200, body));
      expect((await visit(route)).status).toBeGreaterThanOrEqual(400);
    });

    it('2: an empty claims list passes everybody', async () => {
      await expect(
        shop.app.get(CheckifyService).verify({ requestId: 'r' }, { claims: [] }),
      ).rejects.toBeInstanceOf(ConfigurationError);
    });

    it.each(ROUTES.flatMap(route => [201, 302, 400, 403, 404, 500].map(status => ({ route, status }))))(
      '3: a success body of $route under $status accepted',
      async ({ route, status }) => {
        stub.reset(reply(status, YES[route]));
        expect((await visit(route)).status).toBeGreaterThanOrEqual(400);
      },
    );

    it('4: class-level options never read, or replaced by the method’s', async () => {
      stub.reset(reply(200, YES.checkify));
      expect((await visit('adults')).status).toBe(201);
      const { required_claims, consume } = JSON.parse(stub.seen[0]!.body) as Record<string, unknown>;
      expect(required_claims).toEqual(['age_over_18', 'human_verified']);
      expect(consume).toBe(true);
      stub.reset(reply(200, { ...YES.checkify, approved_claims: { human_verified: true } }));
      expect((await visit('adults')).status).toBe(403);
    });

    it.each<[string, Script]>([
      ['a network error', (_, response) => response.destroy()],
      ['a 4xx', reply(418, {})],
    ])('5: failing open on %s', async (_, script) => {
      stub.reset(script);
      expect((await visit('humanproof')).status).toBe(503);
    });

    it('5: failing open when the secret is not configured', async () => {
      const services = await startServices(stub.url, { providers: {} });
      await expect(services.module.get(HumanProofService).verify({ token: 't' })).rejects.toBeInstanceOf(
        ConfigurationError,
      );
      await services.module.close();
    });

    it('5: failing open in a context the guard does not know', async () => {
      const controller = shop.app.get(ShopController);
      const handler = shop.app
        .get(ExternalContextCreator)
        .create(
          controller,
          Reflect.get(controller, 'humanproof') as () => unknown,
          'humanproof',
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          'carrier-pigeon',
        );
      await expect(handler({ body: { 'humanproof-token': 't' } })).rejects.toMatchObject({ status: 403 });
      expect(stub.seen).toHaveLength(0);
    });

    it.each(['.', '..', 'a/b', 'x?y', 'x#y', '%2e%2e', '..%2f'])('6: path climbing with %j', async value => {
      stub.reset(reply(404, { age: null }));
      await send(`${shop.url}/verifyid?token=${encodeURIComponent(value)}&device_id=d`);
      await send(`${shop.url}/verifyid?token=t&device_id=${encodeURIComponent(value)}`);
      for (const { path } of stub.seen) expect(path.split('/')).toHaveLength(5);
      for (const { path } of stub.seen) expect(path).toMatch(/^\/api\/auth_check\/[^/?#]+\/[^/?#]+$/);
    });

    it('6: parameters injected into the JSON body', async () => {
      stub.reset(reply(200, { success: false }));
      await visit('humanproof', { 'humanproof-token': '","secret":"mine' });
      expect(JSON.parse(stub.seen[0]!.body)).toEqual({ secret: 'hp_lesson', response: '","secret":"mine' });
    });

    it.each<[Route, string]>(
      ROUTES.map((route): [Route, string] => [
        route,
        JSON.stringify({ __proto__: null, x: 1 }).replace(
          '"x":1',
          `"__proto__":${JSON.stringify(YES[route])}`,
        ),
      ]),
    )('7: a reply of %s with everything on __proto__', async (route, body) => {
      stub.reset(reply(200, body));
      expect((await visit(route)).status).toBe(503);
    });

    it('7: claims looked up on the prototype', async () => {
      const claims = ['constructor'] as unknown as ['human_verified'];
      await expect(
        shop.app.get(CheckifyService).verify({ requestId: 'r' }, { claims }),
      ).rejects.toBeInstanceOf(ConfigurationError);
    });

    it('8: a message_id chosen by the browser', async () => {
      stub.reset(reply(200, { message_id: 'mine', verify_code: '000000', verified: true }));
      const answer = await send(`${shop.url}/engagelab`, { message_id: 'mine', verify_code: '000000' });
      expect(answer.status).toBe(403);
      await guess(await sendCode(), { message_id: 'mine' });
      expect(JSON.parse(stub.seen.at(-1)!.body)).toMatchObject({ message_id: 'm1' });
    });

    it('8: a VerifyID device id from another shop', async () => {
      stub.reset(reply(404, { age: null }));
      await send(`${shop.url}/session?token=t&device_id=theirs`);
      expect(stub.seen.map(({ path }) => path)).toEqual(['/api/auth_check/t/the-session-s-own']);
    });

    it('9: unlimited guesses, from one address or many', async () => {
      const challengeId = await sendCode();
      stub.reset(reply(200, { message_id: 'm1', verify_code: '000000', verified: false }));
      await Promise.all(Array.from({ length: 12 }, () => guess(challengeId)));
      expect(stub.seen.length).toBeLessThanOrEqual(5);
    });

    it('10: a reply for another request accepted', async () => {
      stub.reset(reply(200, { ...YES.checkify, request_id: 'somebody else’s' }));
      expect((await visit('checkify')).status).toBe(503);
    });
  });

  describe('refusing people who did everything right', () => {
    it('11: the token spent several times by one invocation', async () => {
      stub.reset(reply(200, YES.checkify));
      expect((await visit('adults')).status).toBe(201); // class, method twice and global
      expect(stub.seen).toHaveLength(1);
    });

    it('11: one proof for two invocations', async () => {
      stub.reset(reply(200, YES.checkify));
      await Promise.all([visit('adults'), visit('adults')]);
      expect(stub.seen).toHaveLength(2);
    });

    it('13: the first requirement spent, then the second lacks its evidence', async () => {
      const answer = await visit('both', { 'humanproof-token': '' });
      expect(answer).toMatchObject({ status: 403, body: { code: 'verification_required' } });
      expect(stub.seen).toHaveLength(0);
    });

    it('14: a blind retry of a consuming call', async () => {
      const services = await startServices(stub.url, { http: { retries: 2 } });
      stub.reset((_, response) => response.destroy());
      await services.humanproof.verify({ token: 't' }).catch(() => undefined);
      expect(stub.seen).toHaveLength(1);
      await services.module.close();
    });

    it('15: junk tokens that make a provider look broken to everybody', async () => {
      const careful = await openShop(platform, stub, { breaker: { failures: 1 } });
      stub.reset(reply(422, {}));
      for (let i = 0; i < 3; i++) await send(`${careful.url}/humanproof`, { 'humanproof-token': 'junk' });
      stub.reset(reply(200, YES.humanproof));
      expect((await send(`${careful.url}/humanproof`, { 'humanproof-token': 't' })).status).toBe(201);
      await careful.app.close();
    });
  });

  describe('hurting the application', () => {
    it('16: a timeout that covers the headers but not the body', async () => {
      stub.reset((_, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 5);
        response.on('close', () => {
          clearInterval(drip);
        });
      });
      expect((await visit('humanproof')).status).toBe(503);
    });

    it('16: timers that keep the process alive after the answer', async () => {
      const services = await startServices(stub.url, { http: { timeoutMs: 60_000 } });
      const timers = (): number => process.getActiveResourcesInfo().filter(each => each === 'Timeout').length;
      stub.reset(reply(200, YES.humanproof));
      const before = timers();
      await services.humanproof.verify({ token: 't' });
      expect(timers()).toBeLessThanOrEqual(before);
      await services.module.close();
    });

    it.each<[string, Script]>([
      ['an unbounded reply', reply(200, `{"success":true,"x":"${'x'.repeat(70_000)}"}`)],
      [
        'a compressed reply',
        (_, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' });
          response.end(gzipSync(JSON.stringify({ success: true, x: 'x'.repeat(1_000_000) })));
        },
      ],
    ])('17: %s read into memory', async (_, script) => {
      stub.reset(script);
      expect((await visit('humanproof')).status).toBe(503);
    });

    it('17: a redirect followed with the Authorization header', async () => {
      stub.reset((request, response) => {
        if (request.path === '/elsewhere') reply(200, YES.checkify)(request, response);
        else reply(307, {}, { location: '/elsewhere' })(request, response);
      });
      expect((await visit('checkify')).status).toBe(503);
      expect(stub.seen).toHaveLength(1);
    });

    it.each(['<html>', 'null', '', '"yes"', '[]', '7', '{"success":'])(
      '18: %j under 200 is a TypeError and a 500',
      async body => {
        for (const route of ROUTES) {
          stub.reset(reply(200, body));
          expect((await visit(route)).status).toBe(503);
        }
      },
    );

    it('19: secrets and tokens in logs', async () => {
      for (const status of [200, 302, 401, 403, 404, 422, 429, 500]) {
        stub.reset(reply(status, { error: { code: 'csk_lesson hp_lesson' } }));
        await send(`${shop.url}/checkify`, { checkify_token: 'the-evidence' });
        await send(`${shop.url}/humanproof`, { 'humanproof-token': 'the-evidence' });
        await send(`${shop.url}/verifyid?token=the-evidence&device_id=the-evidence`);
      }
      expect(shop.logger.lines.length).toBeGreaterThan(5);
      expect(shop.logger.lines.join('\n')).not.toMatch(/csk_lesson|hp_lesson|the-evidence/);
    });

    it('20: the provider’s text shown to the user, or an outage that is a 400 or 500', async () => {
      stub.reset(reply(500, { message: 'stack trace of the provider' }));
      const { status, body } = await visit('humanproof');
      expect(status).toBe(503);
      expect(JSON.stringify(body)).not.toContain('stack trace');
    });

    it('22: forRootAsync that drops imports or ignores useClass, and a global flag that only one of the two honours', async () => {
      @Injectable()
      class Secret {
        readonly value = 'hp_lesson';
      }
      @Module({ providers: [Secret], exports: [Secret] })
      class SecretModule {}
      @Injectable()
      class Options implements VerificationOptionsFactory {
        createVerificationOptions() {
          return { providers: { humanproof: { secret: 'hp_lesson', baseUrl: stub.url } } };
        }
      }
      const factory = VerificationModule.forRootAsync({
        imports: [SecretModule],
        inject: [Secret],
        useFactory: ({ value }: Secret) => ({
          providers: { humanproof: { secret: value, baseUrl: stub.url } },
        }),
      });
      for (const imported of [factory, VerificationModule.forRootAsync({ useClass: Options })]) {
        expect(imported.global).toBe(true);
        const { app } = await boot(platform, { imports: [imported] });
        stub.reset(reply(200, YES.humanproof));
        expect(await app.get(HumanProofService).verify({ token: 't' })).toMatchObject({
          outcome: 'accepted',
        });
        await app.close();
      }
      expect(VerificationModule.forRoot({ isGlobal: false }).global).toBe(false);
      expect(VerificationModule.forRootAsync({ isGlobal: false, useClass: Options }).global).toBe(false);
    });

    it('24: the result parameter is undefined on one of the platforms', async () => {
      stub.reset(reply(200, YES.humanproof));
      expect((await visit('humanproof')).body).toEqual({ claims: ['human_verified'] });
    });
  });
});

describe('hurting the application, wherever it runs', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Record<
    string,
    Record<string, string>
  >;

  it('21: Nest in dependencies', () => {
    expect(Object.keys(manifest['dependencies']!).filter(name => name.startsWith('@nestjs/'))).toEqual([]);
    expect(Object.keys(manifest['peerDependencies']!)).toEqual(
      expect.arrayContaining(['@nestjs/common', '@nestjs/core']),
    );
  });

  it('25: options of 0, "" or false that turn into the default', async () => {
    const stub = await StubServer.start();
    const services = await startServices(stub.url, { http: { retries: 0, breaker: false } });
    stub.reset(reply(500, {}));
    for (let i = 0; i < 7; i++) await services.checkify.verify({ requestId: 'r' }).catch(() => undefined);
    expect(stub.seen).toHaveLength(7);
    await services.module.close();
    await expect(startServices(stub.url, { http: { timeoutMs: 0 } })).rejects.toThrow('http.timeoutMs');
    await expect(startServices(stub.url, { providers: { humanproof: { secret: '' } } })).rejects.toThrow(
      'humanproof.secret',
    );
    await stub.stop();
  });
});
