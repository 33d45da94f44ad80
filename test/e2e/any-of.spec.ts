import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import { IsEmail } from 'class-validator';
import {
  EvidenceMissingError,
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  Verified,
  type AcceptedVerdict,
  type CheckifyVerdict,
  type VerifyIdVerdict,
} from 'nestjs-verification';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';

class OrderDto {
  @IsEmail() email!: string;
}

function phoneOf(context: ExecutionContext): string {
  return context.switchToHttp().getRequest<{ body: { phone: string } }>().body.phone.trim();
}

@Controller()
@UseGuards(VerificationGuard)
class CheckoutController {
  @Post('either')
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'] }],
    ['checkify', { claims: ['age_over_18'] }],
  )
  either(@Verified() { provider, claims }: AcceptedVerdict): unknown {
    return { provider, claims };
  }

  @Post('named')
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'] }],
    ['checkify', { claims: ['age_over_18'] }],
  )
  named(
    @Verified('verifyid') login: VerifyIdVerdict | undefined,
    @Verified('checkify') scan: CheckifyVerdict | undefined,
  ): unknown {
    return { age: login?.age, requestId: scan?.requestId };
  }

  @Post('all')
  @RequireVerification('humanproof')
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'] }],
    ['checkify', { claims: ['age_over_18'] }],
  )
  all(@Verified('humanproof') { provider }: AcceptedVerdict): unknown {
    return { provider };
  }

  @Post('same')
  @RequireVerification('checkify')
  @RequireAnyVerification(['checkify', { claims: ['age_over_18'] }], ['humanproof'])
  same(@Verified() { claims }: AcceptedVerdict): unknown {
    return { claims };
  }

  @Post('both')
  @RequireAnyVerification(['humanproof'], ['checkify', { claims: ['age_over_18'] }])
  @RequireVerification('checkify')
  both(@Verified() { provider }: AcceptedVerdict): unknown {
    return { provider };
  }

  @Post('any-two')
  @RequireAnyVerification(['engagelab'], ['checkify'])
  @RequireAnyVerification(['engagelab'], ['humanproof'])
  anyTwo(@Verified() { outcome }: AcceptedVerdict): unknown {
    return { outcome };
  }

  @Post('login-or-scan')
  @RequireVerification('humanproof')
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'], remember: { for: '30m', subject: () => 'ada' } }],
    ['checkify', { claims: ['age_over_18'] }],
  )
  loginOrScan(@Verified('checkify') verified: CheckifyVerdict | undefined): unknown {
    return { requestId: verified?.requestId };
  }

  @Post('phone')
  @RequireAnyVerification(['engagelab', { recipient: phoneOf }], ['checkify'])
  phone(@Verified() { provider }: AcceptedVerdict): unknown {
    return { provider };
  }

  @Post('session')
  @RequireAnyVerification(
    [
      'humanproof',
      {
        evidence: () => {
          throw new EvidenceMissingError('humanproof', 'no session');
        },
      },
    ],
    ['checkify'],
  )
  session(@Verified() { provider }: AcceptedVerdict): unknown {
    return { provider };
  }

  @Post('form')
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'], body: OrderDto }],
    ['checkify', { claims: ['age_over_18'], body: OrderDto }],
  )
  form(@Body() { email }: OrderDto): unknown {
    return { email };
  }
}

const LOGIN = { token_age_verified: 't1', device_id: 'd1' };
const SCAN = { checkify_token: 'r1' };
const VERIFY = '/v1/qr/results/verify';
const CHECK = '/api/auth_check/t1/d1';

describe.each(PLATFORMS)('%s', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [CheckoutController],
    });
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    stub.reset(yes);
  });

  const visit = (route: string, body: object): Promise<{ status: number; body: unknown }> =>
    send(`${running.url}/${route}`, body);

  it.each([
    ['the first', LOGIN, 'verifyid', [CHECK]],
    ['the second', SCAN, 'checkify', [VERIFY]],
    ['the first of both', { ...SCAN, ...LOGIN }, 'verifyid', [CHECK]],
    [
      'the second where the first is not complete',
      { ...SCAN, token_age_verified: 't1' },
      'checkify',
      [VERIFY],
    ],
    [
      'the second where the first is not clean',
      { ...SCAN, ...LOGIN, device_id: ['d1'] },
      'checkify',
      [VERIFY],
    ],
  ])('%s alternative is asked, and no other evidence is spent', async (_, body, provider, asked) => {
    expect(await visit('either', body)).toMatchObject({
      status: 201,
      body: { provider, claims: expect.arrayContaining(['age_over_18']) as unknown },
    });
    expect(paths(stub)).toEqual(asked);
  });

  it.each([[{}], [{ token_age_verified: 't1' }], [{ 'humanproof-token': 't' }]])(
    'without complete evidence of any nobody is asked: %j',
    async body => {
      expect(await visit('either', body)).toMatchObject({
        status: 403,
        body: { code: 'verification_required' },
      });
      expect(stub.seen).toHaveLength(0);
    },
  );

  it.each([
    ['a no', reply(404, VERIFYID.no), 403, 'verification_rejected'],
    ['an outage', reply(503, {}), 503, 'verification_unavailable'],
  ])('%s of the one that is asked stands, and the other is not tried', async (_, answer, status, code) => {
    stub.reset((request, response) => {
      (request.path === CHECK ? answer : yes)(request, response);
    });
    expect(await visit('either', { ...LOGIN, ...SCAN })).toMatchObject({ status, body: { code } });
    expect(paths(stub)).toEqual([CHECK]);
  });

  it.each(['phone', 'session'])(
    'what only another alternative needs may be missing from the request: %s',
    async route => {
      expect(await visit(route, SCAN)).toMatchObject({ status: 201, body: { provider: 'checkify' } });
      expect(paths(stub)).toEqual([VERIFY]);
      expect(await visit(route, {})).toMatchObject({ status: 403, body: { code: 'verification_required' } });
    },
  );

  it('the handler can tell which one answered', async () => {
    expect(await visit('named', LOGIN)).toMatchObject({ status: 201, body: { age: 18 } });
    expect(await visit('named', SCAN)).toMatchObject({ status: 201, body: { requestId: 'r1' } });
  });

  it.each([
    ['the plain demand', { ...SCAN }],
    ['every alternative', { 'humanproof-token': 't1' }],
  ])(
    'adds up with a plain demand: where the evidence of %s is missing, nothing is spent',
    async (_, body) => {
      expect((await visit('all', body)).status).toBe(403);
      expect(stub.seen).toHaveLength(0);
    },
  );

  it('adds up with a plain demand', async () => {
    expect((await visit('all', { ...SCAN, 'humanproof-token': 't1' })).body).toEqual({
      provider: 'humanproof',
    });
    expect(paths(stub)).toEqual(['/api/siteverify', VERIFY]);
  });

  it('one proof that answers an alternative and a plain demand is spent once', async () => {
    expect((await visit('same', SCAN)).body).toEqual({ claims: ['human_verified', 'age_over_18'] });
    expect(paths(stub)).toEqual([VERIFY]);
  });

  it('without a name, the handler gets the verdict that every demand may bring, else the first one', async () => {
    const two = { ...SCAN, 'humanproof-token': 't1' };
    expect(await visit('both', two)).toMatchObject({ status: 201, body: { provider: 'checkify' } });
    expect(await visit('both', SCAN)).toMatchObject({ status: 201, body: { provider: 'checkify' } });
    expect(await visit('any-two', two)).toMatchObject({ status: 201, body: { outcome: 'accepted' } });
  });

  it('a token of another kind is no login, where its subject has none open', async () => {
    const form = { token: 'csrf', 'humanproof-token': 't1' };
    expect(await visit('login-or-scan', form)).toMatchObject({
      status: 403,
      body: { code: 'verification_required' },
    });
    expect(stub.seen).toHaveLength(0);
    expect(await visit('login-or-scan', { ...form, ...SCAN })).toMatchObject({
      status: 201,
      body: { requestId: 'r1' },
    });
  });

  it('the form comes first', async () => {
    expect((await visit('form', { ...LOGIN, email: 'x' })).status).toBe(400);
    expect(stub.seen).toHaveLength(0);
    expect((await visit('form', { ...LOGIN, email: 'ada@example.com' })).status).toBe(201);
  });
});

it.each([
  ['no alternative', [] as unknown[], /names no provider/],
  ['an unknown provider', [['checkify'], ['nobody']], /no verification provider "nobody"/],
  [
    'an impossible claim',
    [['checkify'], ['verifyid', { claims: ['age_over_21'] }]],
    /cannot attest "age_over_21"/,
  ],
])('%s stops the boot', async (_, alternatives, message) => {
  const anyOf = RequireAnyVerification as (...each: unknown[]) => MethodDecorator;
  @Controller()
  @UseGuards(VerificationGuard)
  class BadController {
    @Post()
    @anyOf(...alternatives)
    route(): void {}
  }
  const stub = await StubServer.start();
  await expect(
    boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [BadController],
    }),
  ).rejects.toThrow(message);
  await stub.stop();
});
