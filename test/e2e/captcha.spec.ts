import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Post, UseGuards, ValidationPipe, type ExecutionContext } from '@nestjs/common';
import {
  ConfigurationError,
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  Verified,
  type AcceptedVerdictOf,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import {
  HCaptchaService,
  RecaptchaService,
  TurnstileService,
  type CaptchaVerdict,
} from 'nestjs-verification/captcha';
import { VerificationFakes, VerificationTestingModule } from 'nestjs-verification/testing';
import { IsEmail } from 'class-validator';
import { HCAPTCHA } from '../answers/hcaptcha.answers.js';
import { RECAPTCHA } from '../answers/recaptcha.answers.js';
import { TURNSTILE } from '../answers/turnstile.answers.js';
import { yes as yesOfBuiltIn } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';

class SignupForm {
  @IsEmail() email!: string;
}

@Controller()
@UseGuards(VerificationGuard)
class FormController {
  @Post('signup')
  @RequireVerification('turnstile', { action: 'signup' })
  signUp(@Body() form: SignupForm, @Verified('turnstile') verdict: AcceptedVerdictOf<'turnstile'>): object {
    return { form, verdict };
  }

  @Post('renamed')
  @RequireVerification('hcaptcha', { field: 'my-field' })
  renamed(@Verified('hcaptcha') { hostname }: CaptchaVerdict): object {
    return { hostname };
  }

  @Post('twice')
  @RequireVerification('turnstile')
  @RequireVerification('hcaptcha')
  twice(): void {}

  @Post('comment')
  @RequireAnyVerification(['turnstile'], ['recaptcha', { minScore: 0.3 }], ['checkify'])
  comment(@Verified() { provider }: { provider: string }): object {
    return { provider };
  }
}

@Controller('strict')
@UseGuards(VerificationGuard)
@RequireVerification('recaptcha', { minScore: 0.3 })
class StrictController {
  @Post('more')
  @RequireVerification('recaptcha', { minScore: 0.8, action: 'pay' })
  more(): void {}

  @Post('default')
  @RequireVerification('recaptcha')
  otherwise(): void {}
}

const SERVICES = [TurnstileService, HCaptchaService, RecaptchaService];

const answering: Script = (request, response) => {
  if (request.path === TURNSTILE.verify) reply(200, TURNSTILE.yes())(request, response);
  else if (request.path === RECAPTCHA.verify)
    reply(200, RECAPTCHA.v3({ score: 0.5, action: 'pay' }))(request, response);
  else if (request.path === HCAPTCHA.verify) reply(200, HCAPTCHA.yes())(request, response);
  else yesOfBuiltIn(request, response);
};

const sent = (stub: StubServer): Record<string, string>[] =>
  stub.seen.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

describe.each(PLATFORMS)('captchas behind the guard on %s', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    const remoteIp = (context: ExecutionContext): string | undefined =>
      context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers[
        'x-real-ip'
      ];
    const own = { secretKey: 'secret', baseUrl: stub.url };
    const verification = VerificationModule.forRoot({
      customProviders: SERVICES,
      providers: {
        checkify: { apiKey: 'csk_test', baseUrl: stub.url },
        turnstile: { ...own, remoteIp, sitekey: '0x4AAAA' },
        hcaptcha: { ...own, sitekey: 'a-site-key' },
        recaptcha: own,
      },
      http: { retries: 0, breaker: false },
    });
    running = await boot(
      platform,
      { imports: [verification], controllers: [FormController, StrictController] },
      app => app.useGlobalPipes(new ValidationPipe()),
    );
  });
  beforeEach(() => {
    stub.reset(answering);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  const post = (path: string, form: object) => send(`${running.url}/${path}`, form);

  it('lets a person through, and gives the handler the verdict', async () => {
    const form = { email: 'ada@example.com', 'cf-turnstile-response': 'token' };
    expect(await post('signup', form)).toMatchObject({
      status: 201,
      body: {
        form: { email: 'ada@example.com' },
        verdict: {
          provider: 'turnstile',
          claims: ['human_verified'],
          hostname: 'shop.example',
          action: 'signup',
          challengedAt: expect.any(String),
          validUntil: expect.any(String),
        },
      },
    });
  });

  it('asks each provider that a route demands, although their tokens are the same text', async () => {
    const form = { 'cf-turnstile-response': 'token', 'h-captcha-response': 'token' };
    expect(await post('twice', form)).toMatchObject({ status: 201 });
    expect(stub.seen.map(({ path }) => path).sort()).toEqual([TURNSTILE.verify, HCAPTCHA.verify].sort());
  });

  it('asks nobody while the form is wrong, or the token is missing', async () => {
    expect(await post('signup', { email: 'ada', 'cf-turnstile-response': 'token' })).toMatchObject({
      status: 400,
    });
    const missing = { status: 403, body: { code: 'verification_required' } };
    for (const token of [undefined, '', ' ', 7, ['token'], 'a b', 'x'.repeat(2049)])
      expect(
        await post('signup', { email: 'ada@example.com', 'cf-turnstile-response': token }),
      ).toMatchObject(missing);
    expect(await post('renamed', { 'h-captcha-response': 'token' })).toMatchObject(missing);
    expect(await post('comment', { 'h-captcha-response': 'token' })).toMatchObject(missing);
    expect(stub.seen).toEqual([]);
  });

  it.each([
    ['signup', 'cf-turnstile-response', 2048],
    ['renamed', 'my-field', 6000],
    ['comment', 'g-recaptcha-response', 6000],
  ])('/%s accepts a token of the length that the provider gives', async (path, field, length) => {
    const form = { email: 'ada@example.com', [field]: 'x'.repeat(length) };
    expect(await post(path, form)).toMatchObject({ status: 201 });
  });

  it('accepts any one of several', async () => {
    expect(await post('comment', { 'g-recaptcha-response': 't' })).toMatchObject({
      body: { provider: 'recaptcha' },
    });
    expect(await post('comment', { checkify_token: 't' })).toMatchObject({ body: { provider: 'checkify' } });
  });

  it('tells the address of the visitor only by the application’s own function, and a site key where it counts', async () => {
    const form = { email: 'ada@example.com', 'cf-turnstile-response': 't', 'my-field': 't' };
    const headers = {
      'content-type': 'application/json',
      'x-forwarded-for': '198.51.100.1',
      'x-real-ip': '203.0.113.7',
    };
    for (const path of ['signup', 'renamed'])
      await fetch(`${running.url}/${path}`, { method: 'POST', headers, body: JSON.stringify(form) });
    await post('signup', form);
    expect(sent(stub)).toEqual([
      { secret: 'secret', response: 't', remoteip: '203.0.113.7', idempotency_key: expect.any(String) },
      { secret: 'secret', response: 't', sitekey: 'a-site-key' },
      { secret: 'secret', response: 't', idempotency_key: expect.any(String) },
    ]);
  });

  it('injects nothing into the form', async () => {
    await post('renamed', { 'my-field': 't&secret=mine&sitekey=other' });
    expect(sent(stub)).toEqual([
      { secret: 'secret', response: 't&secret=mine&sitekey=other', sitekey: 'a-site-key' },
    ]);
  });

  it('holds a token against the stricter of two demands', async () => {
    const form = { 'g-recaptcha-response': 't' };
    expect(await post('strict/more', form)).toMatchObject({
      status: 403,
      body: { code: 'verification_rejected' },
    });
    expect(await post('strict/default', form)).toMatchObject({ status: 201 });
    stub.reset(reply(200, RECAPTCHA.v3({ score: 0.4 })));
    expect(await post('strict/default', form)).toMatchObject({ status: 403 });
    stub.reset(reply(200, RECAPTCHA.v3({ score: 0.8, action: 'pay' })));
    expect(await post('strict/more', form)).toMatchObject({ status: 201 });
  });

  it.each([
    ['a code that a visitor can provoke', HCAPTCHA.no('not-using-dummy-secret'), 403],
    ['a refused secret', HCAPTCHA.no('invalid-input-secret'), 503],
    ['a score of nothing', {}, 503],
  ])('goes on after %s', async (_, body, status) => {
    stub.reset(reply(200, body));
    for (let i = 0; i < 6; i++)
      expect(await post('renamed', { 'my-field': `bad-${i}` })).toMatchObject({ status });
    stub.reset(answering);
    expect(await post('renamed', { 'my-field': 'good' })).toMatchObject({ status: 201 });
  });
});

it('is faked by its name, without a key', async () => {
  const fakes = VerificationTestingModule.forRoot({ customProviders: [TurnstileService] });
  @Controller()
  @UseGuards(VerificationGuard)
  class OneController {
    @Post()
    @RequireVerification('turnstile', { action: 'signup' })
    one(@Verified('turnstile') { hostname }: CaptchaVerdict): object {
      return { hostname };
    }
  }
  const { app, url } = await boot('express', { imports: [fakes], controllers: [OneController] });
  const fake = app.get(VerificationFakes).of('turnstile');
  const form = { 'cf-turnstile-response': 'anything' };
  const extras = { action: undefined, score: undefined, challengedAt: undefined };
  fake.accept(['human_verified'], { hostname: 'shop.example', ...extras }).rejectOnce('expired');
  expect(await send(url, form)).toMatchObject({ status: 403 });
  expect(await send(url, form)).toMatchObject({ status: 201, body: { hostname: 'shop.example' } });
  await app.close();
});

describe('the boot stops', () => {
  const running: RunningApplication[] = [];
  const { NODE_ENV } = process.env;
  afterEach(async () => {
    process.env['NODE_ENV'] = NODE_ENV;
    await Promise.all(running.splice(0).map(({ app }) => app.close()));
  });

  async function start(providers: object, requirement?: object, name = 'recaptcha'): Promise<void> {
    @Controller()
    @UseGuards(VerificationGuard)
    class OneController {
      @Post()
      @RequireVerification(name as 'recaptcha', requirement ?? {})
      one(): void {}
    }
    const options = { customProviders: SERVICES, providers } as VerificationModuleOptions;
    const controllers = requirement === undefined ? [] : [OneController];
    running.push(await boot('express', { imports: [VerificationModule.forRoot(options)], controllers }));
  }
  const stops = async (message: RegExp, ...args: Parameters<typeof start>): Promise<void> => {
    const error: unknown = await start(...args).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toMatch(message);
  };

  const own = { secretKey: 'secret' };
  it.each<[string, object, RegExp]>([
    [
      'an empty list of hosts',
      { turnstile: { hostnames: [] } },
      /"providers\.turnstile\.hostnames" must be a non-empty array of hosts/,
    ],
    [
      'a host with a scheme',
      { turnstile: { hostnames: ['https://shop.example'] } },
      /"providers\.turnstile\.hostnames"/,
    ],
    ['a host with a port', { turnstile: { hostnames: ['shop.example:443'] } }, /hostnames/],
    ['a host in capitals', { turnstile: { hostnames: ['Shop.example'] } }, /hostnames/],
    ['one host without a list', { turnstile: { hostnames: 'shop.example' } }, /hostnames/],
    [
      'a least score above 1',
      { recaptcha: { minScore: 5 } },
      /"providers\.recaptcha\.minScore" must not be greater than 1/,
    ],
    ['a least score that is text', { recaptcha: { minScore: '0.5' } }, /"providers\.recaptcha\.minScore"/],
    [
      'a score for the wrong side',
      { hcaptcha: { minScore: 0.5 } },
      /"providers\.hcaptcha\.minScore" is not an option; .*maxRiskScore/,
    ],
    [
      'an address that is no function',
      { turnstile: { remoteIp: '127.0.0.1' } },
      /"providers\.turnstile\.remoteIp" must be a function/,
    ],
    [
      'a secret under another name',
      { turnstile: { secret: 's' } },
      /"providers\.turnstile\.secret" is not an option; .*secretKey/,
    ],
  ])('for %s', async (_, providers, message) => {
    await stops(message, providers);
  });

  it.each<[string, string, object, RegExp]>([
    ['no secret', 'turnstile', {}, /Set TURNSTILE_SECRET_KEY or pass providers\.turnstile\.secretKey/],
    ['a member that nobody knows', 'turnstile', { minScore: 0.5 }, /minScore/],
    [
      'an action that no token can have',
      'turnstile',
      { action: 'sign up' },
      /"action" of "turnstile" must be 1 to 32/,
    ],
    ['an action that is too long', 'turnstile', { action: 'x'.repeat(33) }, /"action" of "turnstile"/],
    ['an action of a captcha that has none', 'hcaptcha', { action: 'signup' }, /action/],
    [
      'a dash in an action of Google’s',
      'recaptcha',
      { action: 'sign-up' },
      /"action" of "recaptcha" must be/,
    ],
    [
      'a score above 1',
      'recaptcha',
      { minScore: 50 },
      /"minScore" of "recaptcha" must be a number from 0 to 1/,
    ],
    ['a claim of another provider', 'recaptcha', { claims: ['age_over_18'] }, /cannot attest "age_over_18"/],
  ])('for a demand with %s', async (title, name, requirement, message) => {
    const providers = title === 'no secret' ? {} : { turnstile: own, hcaptcha: own, recaptcha: own };
    await stops(message, providers, requirement, name);
  });

  it.each([
    ['turnstile', '1x0000000000000000000000000000000AA', '1x00000000000000000000AA'],
    ['turnstile', '3x0000000000000000000000000000000AA', '3x00000000000000000000FF'],
    ['hcaptcha', '0x0000000000000000000000000000000000000000', '10000000-ffff-ffff-ffff-000000000001'],
    ['recaptcha', '6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe', '6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI'],
  ])(
    'for public test keys of %s in production, and beside real ones anywhere',
    async (name, secretKey, sitekey) => {
      await start({ [name]: { secretKey, sitekey } });
      await stops(/"secretKey" is not/, { [name]: { secretKey: 'real', sitekey } });
      await stops(/"sitekey" is not/, { [name]: { secretKey, sitekey: 'real' } });
      process.env['NODE_ENV'] = 'production';
      await stops(/secretKey" is a public test credential/, { [name]: { secretKey } });
      await stops(/sitekey" is a public test credential/, { [name]: { secretKey: 'real', sitekey } });
    },
  );
});
