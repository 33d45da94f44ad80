import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  CheckifyService,
  EngageLabOtpService,
  HumanProofService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  VerifyIdService,
  Verified,
  type AcceptedVerdict,
  type VerificationEvent,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { asked, yes } from '../support/answering.js';
import { boot, type RunningApplication } from '../support/application.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';

type Headers = Record<string, string | undefined>;

const header = (context: ExecutionContext | undefined, name: string): string | undefined =>
  context?.switchToHttp().getRequest<{ headers: Headers }>().headers[name];

/** The key of the shop that a request is for; a function as applications write it. */
const keyOf =
  (prefix: string) =>
  async (context?: ExecutionContext): Promise<string> => {
    await Promise.resolve();
    const tenant = header(context, 'x-tenant');
    if (tenant === undefined) throw new Error('no tenant: secret-of-the-directory');
    return `${prefix}-${tenant}`;
  };

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('human')
  @RequireVerification('humanproof')
  human(): object {
    return {};
  }

  @Post('adult')
  @RequireVerification('checkify', {
    claims: ['age_over_18'],
    remember: { for: '30m', subject: context => header(context, 'x-visitor') },
  })
  adult(@Verified() { remembered = false }: AcceptedVerdict): object {
    return { remembered };
  }

  @Post('vote')
  @RequireVerification('checkify', { consume: false, once: true })
  vote(): object {
    return {};
  }

  @Post('login')
  @RequireVerification('engagelab', { purpose: 'login' })
  login(): object {
    return {};
  }
}

describe('keys of tenants', () => {
  let stub: StubServer;
  let running: RunningApplication;
  let events: VerificationEvent[];

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(() => {
    stub.reset(yes);
  });
  afterEach(() => running.app.close());
  afterAll(() => stub.stop());

  async function start(
    more: Omit<VerificationModuleOptions, 'providers'> = {},
    keys: VerificationModuleOptions['providers'] = {},
  ): Promise<void> {
    const options: VerificationModuleOptions = {
      http: { retries: 0, breaker: { failures: 2, coolDownMs: 60_000 } },
      referenceKey: 'a-reference-key-of-the-application',
      providers: {
        checkify: { apiKey: keyOf('csk'), baseUrl: stub.url },
        engagelab: { devKey: keyOf('key'), devSecret: keyOf('secret'), baseUrl: stub.url },
        humanproof: { secret: keyOf('hp'), baseUrl: stub.url },
        verifyid: { pluginKey: keyOf('plugin'), baseUrl: stub.url },
      },
      ...more,
    };
    Object.assign(options.providers ?? {}, keys);
    running = await boot('fastify', {
      imports: [VerificationModule.forRoot(options)],
      controllers: [ShopController],
    });
    events = [];
    running.app.get(VerificationService).outcomes$.subscribe(event => events.push(event));
  }

  async function post(path: string, tenant: string | undefined, body: object, visitor = 'anna') {
    const response = await fetch(`${running.url}/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-visitor': visitor,
        ...(tenant === undefined ? {} : { 'x-tenant': tenant }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  const contextOf = (tenant: string): ExecutionContext =>
    ({ switchToHttp: () => ({ getRequest: () => ({ headers: { 'x-tenant': tenant } }) }) }) as never;

  it('ask with the key of the request, also under load', async () => {
    await start();
    stub.reset((request, response) => {
      const { secret, response: token } = asked(request) as Record<string, string>;
      const isOwn = token?.startsWith(`${String(secret).slice('hp-'.length)}-`) ?? false;
      setTimeout(() => {
        reply(200, isOwn ? HUMANPROOF.yes : { success: false, error: 'other' })(request, response);
      }, Math.random() * 5);
    });
    const replies = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const [tenant, owner] = [i % 2 === 0 ? 'a' : 'b', i % 3 === 0 ? 'a' : 'b'];
        const { status } = await post('human', tenant, { 'humanproof-token': `${owner}-${String(i)}` });
        return status === (tenant === owner ? 201 : 403);
      }),
    );
    expect(replies.filter(isRight => !isRight)).toEqual([]);
    expect(stub.seen).toHaveLength(40);
  });

  it('are asked for once per request, however many questions it has', async () => {
    let asked = 0;
    const apiKey = (context?: ExecutionContext): Promise<string> => {
      asked++;
      return keyOf('csk')(context);
    };
    await start({}, { checkify: { apiKey, baseUrl: stub.url } });
    expect(await post('adult', 'a', { checkify_token: 'one' })).toMatchObject({ status: 201 });
    expect(asked).toBe(1);
  });

  it('keep receipts apart', async () => {
    await start();
    expect(await post('adult', 'a', { checkify_token: 'one' })).toMatchObject({ status: 201 });
    expect(await post('adult', 'a', {})).toMatchObject({ status: 201, body: { remembered: true } });
    expect(await post('adult', 'b', {})).toMatchObject({ status: 403 });
    expect(stub.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer csk-a']);
  });

  it('forget one tenant and leave the other', async () => {
    await start();
    for (const tenant of ['a', 'b']) await post('adult', tenant, { checkify_token: `of-${tenant}` });
    await running.app.get(VerificationService).forget('anna', { context: contextOf('a') });
    expect(await post('adult', 'a', {})).toMatchObject({ status: 403 });
    expect(await post('adult', 'b', {})).toMatchObject({ status: 201 });
    await expect(running.app.get(VerificationService).forget('anna')).rejects.toThrow('pass { context }');
  });

  it('keep proofs that pass once apart', async () => {
    await start();
    const statuses = [];
    for (const tenant of ['a', 'b', 'a'])
      statuses.push((await post('vote', tenant, { checkify_token: 'same' })).status);
    expect(statuses).toEqual([201, 201, 403]);
  });

  it('keep codes, guesses and limits apart', async () => {
    await start();
    const otp = running.app.get(EngageLabOtpService);
    const send = (tenant: string) =>
      otp.send({ to: '+4520123456', templateId: 't', purpose: 'login' }, { context: contextOf(tenant) });
    const [a, b] = [await send('a'), await send('b')];
    const auth = (key: string) => `Basic ${Buffer.from(key).toString('base64')}`;
    expect(stub.seen.map(({ headers }) => headers.authorization)).toEqual([
      auth('key-a:secret-a'),
      auth('key-b:secret-b'),
    ]);
    const login = (tenant: string, { challengeId }: { challengeId: string }, code: string) =>
      post('login', tenant, { challenge_id: challengeId, verify_code: code });
    expect(await login('b', a, '123456')).toMatchObject({ status: 403 });
    for (let guess = 0; guess < 5; guess++)
      expect(await login('a', a, '000000')).toMatchObject({ status: 403 });
    expect(await login('a', a, '123456')).toMatchObject({ status: 429 });
    expect(await login('b', b, '123456')).toMatchObject({ status: 201 });
    await send('a');
    await send('a');
    await expect(send('a')).rejects.toMatchObject({ code: 'recipient_limited' });
    await expect(send('b')).resolves.toMatchObject({ channel: expect.any(String) });
  });

  it('have a breaker each, and say whose it is', async () => {
    await start();
    const broken: Script = (request, response) => {
      const isBroken = asked(request)['secret'] === 'hp-a';
      reply(isBroken ? 500 : 200, isBroken ? {} : HUMANPROOF.yes)(request, response);
    };
    stub.reset(broken);
    for (let i = 0; i < 3; i++) await post('human', 'a', { 'humanproof-token': 'same' });
    expect(stub.seen).toHaveLength(2);
    expect(await post('human', 'b', { 'humanproof-token': 'same' })).toMatchObject({ status: 201 });
    const [breaker] = events.filter(({ outcome }) => outcome === 'breaker');
    const [accepted] = events.filter(({ outcome }) => outcome === 'accepted');
    const [failed] = events.filter(({ outcome }) => outcome === 'failed');
    expect(breaker).toMatchObject({ state: 'open', tenant: expect.stringMatching(/^[\w-]{22}$/) });
    expect(failed?.tenant).toBe(breaker?.tenant);
    expect(accepted?.tenant).toMatch(/^[\w-]{22}$/);
    expect(accepted?.tenant).not.toBe(breaker?.tenant);
    expect(running.logger.lines.join('\n')).toContain(`tenant=${String(breaker?.tenant)}`);
  });

  it('serve manual checks and starts, by the context', async () => {
    await start();
    const context = contextOf('b');
    const { app } = running;
    await app.get(HumanProofService).verify({ token: 't' }, {}, { context });
    await app.get(CheckifyService).verifyAge('r', 18, {}, { context });
    await app.get(VerificationService).verify('humanproof', { token: 't2' }, {}, { context });
    stub.reset((request, response) => {
      reply(200, { url: `${stub.url}/login` })(request, response);
    });
    await app
      .get(VerifyIdService)
      .start({ returnUrl: 'http://localhost/back', minimumAge: 18, method: 'mitid' }, { context })
      .catch(() => undefined);
    expect(stub.seen[0]?.path).toContain('/plugin-b/');
  });

  it('let nobody through without a key, say so, and ask nobody', async () => {
    await start();
    expect(await post('human', undefined, { 'humanproof-token': 't' })).toMatchObject({ status: 503 });
    expect(await post('adult', undefined, { checkify_token: 't' })).toMatchObject({ status: 503 });
    expect(stub.seen).toEqual([]);
    const lines = running.logger.lines.join('\n');
    expect(lines).toContain('"providers.humanproof.secret" failed');
    expect(lines).toContain('"providers.checkify.apiKey" failed');
    expect(lines).not.toContain('secret-of-the-directory');
    await post('human', undefined, { 'humanproof-token': 't' });
    expect(running.logger.lines).toHaveLength(2); // one per credential, however many requests
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['an empty text', '', 'an empty text'],
    ['a text with a line break', 'key\nx-evil: 1', 'a text with spaces or line breaks'],
    ['an object', {}, 'object'],
  ])('are no keys when they are %s', async (_, key, word) => {
    await start({}, { humanproof: { secret: () => key as string, baseUrl: stub.url } });
    expect(await post('human', 'a', { 'humanproof-token': 't' })).toMatchObject({ status: 503 });
    expect(stub.seen).toEqual([]);
    expect(running.logger.lines.join('\n')).toContain(`returned no key but ${word}`);
  });

  it('need a scope that is a function, too', async () => {
    await expect(start({ scope: 'shop' })).rejects.toThrow('Make "scope" a function, too');
    await start({ scope: context => header(context, 'x-tenant') ?? 'nobody' });
    await post('adult', 'a', { checkify_token: 'one' });
    expect(await post('adult', 'a', {})).toMatchObject({ status: 201 });
    expect(await post('adult', 'b', {})).toMatchObject({ status: 403 });
    expect(events.map(event => event.tenant)).toEqual(['a', 'a']);
  });

  it('outlive a rotation with a scope of their own', async () => {
    let key = 'csk-old';
    await start({ scope: () => 'shop' }, { checkify: { apiKey: () => key, baseUrl: stub.url } });
    await post('adult', 'a', { checkify_token: 'one' });
    key = 'csk-new';
    expect(await post('adult', 'a', {})).toMatchObject({ status: 201, body: { remembered: true } });
    await post('adult', 'a', { checkify_token: 'two' }, 'bo');
    expect(stub.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer csk-old',
      'Bearer csk-new',
    ]);
  });
});
