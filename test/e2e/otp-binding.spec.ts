import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Body, Controller, Inject, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  EngageLabOtpService,
  RecipientLimitedError,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  Verified,
  type EngageLabOtpMessage,
  type EngageLabOtpVerdict,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type ClientReply, type RunningApplication } from '../support/application.js';
import { ALL_BUT_DATE } from '../support/all-but-date.js';
import { FragileStore } from '../support/fragile-store.js';
import { reply, StubServer } from '../support/stub-server.js';

type Form = Record<string, unknown>;

function phoneOf(context: ExecutionContext): string {
  const { phone } = context.switchToHttp().getRequest<{ body: Form }>().body;
  if (phone === 'throw') throw new Error('a secret of the session');
  return phone as string;
}

@Controller()
class PhoneController {
  constructor(@Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService) {}

  @Post('send')
  async send(@Body() { to, purpose }: { to: string; purpose?: string }): Promise<object> {
    const { challengeId } = await this.otp.send({
      to,
      templateId: 't',
      ...(purpose === undefined ? {} : { purpose }),
    });
    return { challengeId };
  }

  @Post('signup')
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab', { purpose: 'signup', recipient: phoneOf })
  signup(@Verified('engagelab') { recipient }: EngageLabOtpVerdict): object {
    return { recipient };
  }

  @Post('two')
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab', { recipient: phoneOf })
  @RequireVerification('engagelab', {
    recipient: context => context.switchToHttp().getRequest<{ headers: Form }>().headers['x-phone'] as string,
  })
  two(): object {
    return {};
  }

  @Post('fixed')
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab', { recipient: '+4511111111' })
  fixed(): object {
    return {};
  }
}

const PHONE = '+4512345678';
const MESSAGE: EngageLabOtpMessage = { to: PHONE, templateId: 't', purpose: 'signup' };
const VERIFY = '/v1/verifications';
const SEND = '/v1/messages';

describe.each(PLATFORMS)('%s', platform => {
  const store = new FragileStore();
  let stub: StubServer;
  let running: RunningApplication;
  let other: RunningApplication;
  let instances: RunningApplication[] = [];

  beforeAll(async () => {
    stub = await StubServer.start();
    [running, other] = [await start(), await start()];
    instances = [];
  });
  afterAll(async () => {
    await Promise.all([running, other].map(({ app }) => app.close()));
    await stub.stop();
  });
  beforeEach(() => {
    stub.reset(yes);
    store.reset();
    for (const { logger } of [running, other]) logger.lines.length = 0;
  });
  afterEach(async () => {
    jest.useRealTimers();
    await Promise.all(instances.splice(0).map(({ app }) => app.close()));
  });

  const start = async (
    engagelab: NonNullable<VerificationModuleOptions['providers']>['engagelab'] = {},
  ): Promise<RunningApplication> => {
    const options = optionsFor(stub, { store });
    const providers = {
      ...options.providers,
      engagelab: { ...options.providers?.engagelab, sendLimit: undefined, ...engagelab },
    };
    const instance = await boot(platform, {
      imports: [VerificationModule.forRoot({ ...options, providers })],
      controllers: [PhoneController],
    });
    instances.push(instance);
    return instance;
  };
  const calls = (path: string): number => paths(stub).filter(each => each === path).length;
  const guess = (
    { url }: RunningApplication,
    challenge_id: string,
    phone: unknown,
    { route = 'signup', code = '123456' } = {},
  ): Promise<ClientReply> => send(`${url}/${route}`, { challenge_id, verify_code: code, phone });

  describe('a code is bound to purpose and person', () => {
    it.each([PHONE, '+45 12 34 56 78', ' +45-1234-5678 '])('its owner passes as %j', async phone => {
      const { challengeId } = await running.app.get(EngageLabOtpService).send(MESSAGE);
      expect(await guess(running, challengeId, phone)).toMatchObject({
        status: 201,
        body: { recipient: PHONE },
      });
    });

    it.each([
      ['another person', MESSAGE, '+4587654321'],
      ['nobody', MESSAGE, undefined],
      ['an empty person', MESSAGE, ''],
      ['no text', MESSAGE, [PHONE]],
      ['another purpose', { ...MESSAGE, purpose: 'login' }, PHONE],
      ['no purpose', { to: PHONE, templateId: 't' }, PHONE],
    ])('%s is rejected without asking, which counts as an attempt', async (_, message, phone) => {
      const { challengeId } = await running.app.get(EngageLabOtpService).send(message);
      for (let attempt = 1; attempt <= 5; attempt++) {
        expect(await guess(running, challengeId, phone)).toMatchObject({
          status: 403,
          body: { code: 'verification_rejected' },
        });
      }
      expect(calls(VERIFY)).toBe(0);
      expect((await guess(running, challengeId, PHONE)).status).toBe(429); // no attempts are left
      expect(calls(VERIFY)).toBe(0);
    });

    it('a route that cannot tell whose code it wants answers as its error says', async () => {
      const { challengeId } = await running.app.get(EngageLabOtpService).send(MESSAGE);
      expect((await guess(running, challengeId, 'throw')).status).toBe(500);
      expect(calls(VERIFY)).toBe(0);
    });

    it.each([
      [PHONE, 201],
      ['+45 1234 5678', 201],
      ['+4587654321', 403],
      ['', 403],
    ])(
      'where two demands name a recipient it is for both, of whom the second is %j: %i',
      async (other, status) => {
        const { challengeId } = await running.app.get(EngageLabOtpService).send(MESSAGE);
        const response = await fetch(`${running.url}/two`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-phone': other },
          body: JSON.stringify({ challenge_id: challengeId, verify_code: '123456', phone: PHONE }),
        });
        expect(response.status).toBe(status);
        expect(calls(VERIFY)).toBe(status === 201 ? 1 : 0);
      },
    );

    it('a fixed recipient and manual checks can be demanded as well', async () => {
      const otp = running.app.get(EngageLabOtpService);
      const { challengeId } = await otp.send(MESSAGE);
      expect((await guess(running, challengeId, PHONE, { route: 'fixed' })).status).toBe(403);
      const evidence = { challengeId, verifyCode: '123456' };
      expect(await otp.verify(evidence, { recipient: '+4587654321' })).toMatchObject({ outcome: 'rejected' });
      expect(calls(VERIFY)).toBe(0);
      expect(await otp.verify(evidence, { recipient: PHONE })).toMatchObject({ outcome: 'accepted' });
    });

    it.each([
      ['ada+shop@example.com', 'ada@example.com', 'rejected'],
      ['ada@example.com', 'ada+shop@example.com', 'rejected'],
      ['mike@example.com', 'mi\u212ae@example.com', 'rejected'],
      ['ada@example.com', ' Ada@EXAMPLE.com ', 'accepted'],
      ['ada@example.com', 'ada@example.com, bob@example.com', 'rejected'],
    ])('a code sent to %j is, for %j, %s', async (to, recipient, outcome) => {
      const otp = running.app.get(EngageLabOtpService);
      const { challengeId } = await otp.send({ to, templateId: 't' });
      expect(await otp.verify({ challengeId, verifyCode: '123456' }, { recipient })).toMatchObject({
        outcome,
      });
    });

    it.each(['recipient', 'purpose'])(
      'a %s that is named and absent is a mistake, not a demand for anybody',
      async name => {
        const otp = running.app.get(EngageLabOtpService);
        const { challengeId } = await otp.send(MESSAGE);
        const evidence = { challengeId, verifyCode: '123456' };
        await expect(otp.verify(evidence, { [name]: undefined })).rejects.toThrow(
          `"${name}" of "engagelab" must be text`,
        );
        expect(calls(VERIFY)).toBe(0);
      },
    );

    it('a message id that the application keeps is for nobody that could be demanded', async () => {
      const otp = running.app.get(EngageLabOtpService);
      const evidence = { messageId: '1', verifyCode: '123456' };
      expect(await otp.verify(evidence, { recipient: PHONE })).toMatchObject({ outcome: 'rejected' });
    });
  });

  it('attempts are counted across instances, concurrent ones included', async () => {
    const two = [running, other] as const;
    const { challengeId } = await two[0].app.get(EngageLabOtpService).send(MESSAGE);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        guess(two[(index % 2) as 0 | 1], challengeId, PHONE, { code: '000000' }),
      ),
    );
    expect(calls(VERIFY)).toBe(5);
  });

  describe('codes sent to one recipient', () => {
    const later = (ms: number): void => {
      jest.setSystemTime(Date.now() + ms);
    };
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: [...ALL_BUT_DATE] });
    });
    const ask = ({ url }: RunningApplication, to = PHONE): Promise<ClientReply> =>
      send(`${url}/send`, { to });

    it('are 30 seconds apart and three in ten minutes; beyond that 429 with Retry-After', async () => {
      expect((await ask(running)).status).toBe(201);
      const soon = await ask(running);
      expect(soon).toMatchObject({
        status: 429,
        body: { statusCode: 429, code: 'verification_limited', error: 'Too Many Requests' },
      });
      expect(Number(soon.headers.get('retry-after'))).toBe(30);
      for (const _ of [2, 3]) {
        later(30_001);
        expect((await ask(running)).status).toBe(201);
      }
      later(30_001);
      const fourth = await ask(running);
      expect(fourth.status).toBe(429);
      expect(Number(fourth.headers.get('retry-after'))).toBe(510); // until ten minutes after the first
      later(509_000);
      expect((await ask(running)).status).toBe(429);
      later(1500);
      expect((await ask(running)).status).toBe(201);
      expect(calls(SEND)).toBe(4);
      expect(other.logger.lines).toEqual([]); // Nest's logger is one for the process: that of who started last
    });

    it('count per person, however the person is written', async () => {
      expect((await ask(running, 'ada@example.com')).status).toBe(201);
      expect((await ask(running, 'Ada@Example.com')).status).toBe(429);
      expect((await ask(running, 'ada+2@example.com')).status).toBe(429);
      expect((await ask(running, 'bob@example.com')).status).toBe(201);
    });

    it('of many at once one is sent, across instances', async () => {
      const two = [running, other] as const;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => ask(two[(index % 2) as 0 | 1])),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(calls(SEND)).toBe(1);
    });

    it.each([
      ['refused credentials', reply(401, { code: 2001, message: 'x' }), 503],
      ['a rate limit', reply(429, {}), 503],
    ])('do not count when nothing was sent: %s', async (_, answer, status) => {
      stub.reset(answer);
      for (const _ of [1, 2, 3]) expect((await ask(running)).status).toBe(status);
      stub.reset(yes);
      expect((await ask(running)).status).toBe(201);
    });

    it.each([
      ['an outage after which nobody knows', reply(500, { code: 1000, message: 'x' }), 503],
      ['an answer that cannot be read', reply(200, {}), 503],
      ['a recipient who cannot be reached', reply(400, { code: 5011, message: 'x' }), 403],
    ])('count after %s', async (_, answer, status) => {
      stub.reset(answer);
      expect((await ask(running)).status).toBe(status);
      stub.reset(yes);
      expect((await ask(running)).status).toBe(429);
    });

    it('have the limits that the options say', async () => {
      const limited = await start({ sendLimit: { messages: 1, windowMs: 5000, intervalMs: 1000 } });
      expect((await ask(limited)).status).toBe(201);
      later(1500);
      expect(Number((await ask(limited)).headers.get('retry-after'))).toBe(4);
      later(4000);
      expect((await ask(limited)).status).toBe(201);
      const unlimited = await start({ sendLimit: false });
      for (const _ of [1, 2, 3, 4, 5]) expect((await ask(unlimited)).status).toBe(201);
    });

    it('tell a manual caller how long to wait', async () => {
      const otp = running.app.get(EngageLabOtpService);
      await otp.send(MESSAGE);
      const error: unknown = await otp.send(MESSAGE).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RecipientLimitedError);
      expect(error).toMatchObject({ code: 'recipient_limited', provider: 'engagelab', retryAfterMs: 30_000 });
    });

    it.each([{ messages: 0 }, { windowMs: '10m' }, { every: 3 }, true, 'none'])(
      'stop the boot where the limit is %j',
      async sendLimit => {
        await expect(start({ sendLimit: sendLimit as never })).rejects.toThrow(
          /providers\.engagelab\.sendLimit/,
        );
      },
    );
  });
});
