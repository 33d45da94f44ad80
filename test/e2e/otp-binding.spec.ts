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
import {
  boot,
  send,
  type ClientReply,
  type Platform,
  type RunningApplication,
} from '../support/application.js';
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

const store = new FragileStore();
let stub: StubServer;
let running: RunningApplication;
let other: RunningApplication;
let instances: RunningApplication[] = [];

beforeAll(async () => {
  stub = await StubServer.start();
  [running, other] = [await start(), await start({}, undefined, 'fastify')];
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
  http?: VerificationModuleOptions['http'],
  platform: Platform = 'express',
): Promise<RunningApplication> => {
  const options = optionsFor(stub, { store, ...(http === undefined ? {} : { http }) });
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
    for (const instance of [running, other]) {
      const { challengeId } = await running.app.get(EngageLabOtpService).send(MESSAGE);
      expect(await guess(instance, challengeId, phone)).toMatchObject({
        status: 201,
        body: { recipient: PHONE },
      });
    }
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
    for (const instance of [running, other])
      expect((await guess(instance, challengeId, 'throw')).status).toBe(500);
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
    ['mike@example.com', 'mi\u212ae@example.com', 'accepted'],
    ['ada@bücher.example', 'ADA@XN--BCHER-KVA.example', 'accepted'],
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

  it.each([
    [PHONE, ['phone_verified'], PHONE],
    ['ada@example.com', ['email_verified'], 'ada@example.com'],
    [undefined, ['phone_verified'], undefined],
  ])('a message id attests what the application vouches for: %s', async (recipient, claims, named) => {
    const otp = running.app.get(EngageLabOtpService);
    const verdict = await otp.verify(
      { messageId: '1', verifyCode: '123456' },
      recipient === undefined ? {} : { recipient },
    );
    expect(verdict).toMatchObject({ outcome: 'accepted', claims, recipient: named });
    store.reset();
  });

  it.each([
    ['ada@example.com', 'email_verified', 'phone_verified'],
    [PHONE, 'phone_verified', 'email_verified'],
  ] as const)('a code to %s attests %s, and never %s', async (to, attested, other) => {
    const otp = running.app.get(EngageLabOtpService);
    const { challengeId } = await otp.send({ to, templateId: 't' });
    const evidence = { challengeId, verifyCode: '123456' };
    expect(await otp.verify(evidence, { claims: [other] })).toMatchObject({
      outcome: 'rejected',
      reason: 'claim_missing',
      details: { missingClaims: [other] },
    });
    expect(calls(VERIFY)).toBe(0);
    expect(await otp.verify(evidence, { claims: [attested] })).toMatchObject({ claims: [attested] });
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

it('a deploy that changes other options than credentials loses nobody’s code', async () => {
  const deployed = await start({ validFor: '5m', alphabet: '0123456789ABCDEF' });
  stub.reset(reply(200, { message_id: '42', send_channel: 'sms' }));
  const { challengeId } = await running.app.get(EngageLabOtpService).send({ ...MESSAGE, code: '004211' });
  expect((await guess(deployed, challengeId, PHONE, { code: '004211' })).status).toBe(201);
});

describe('codes sent to one recipient', () => {
  const later = (ms: number): void => {
    jest.setSystemTime(Date.now() + ms);
  };
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: [...ALL_BUT_DATE] });
  });
  const ask = ({ url }: RunningApplication, to = PHONE): Promise<ClientReply> => send(`${url}/send`, { to });

  it('are three at once and one more every 15 minutes; beyond that 429 with Retry-After', async () => {
    for (const _ of [1, 2, 3]) expect((await ask(running)).status).toBe(201);
    let wait = 0;
    for (const instance of [running, other]) {
      const fourth = await ask(instance);
      expect(fourth).toMatchObject({
        status: 429,
        body: { statusCode: 429, code: 'verification_limited', error: 'Too Many Requests' },
      });
      wait = Number(fourth.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(900);
    }
    later(wait * 1000);
    expect((await ask(running)).status).toBe(201);
    expect((await ask(running)).status).toBe(429);
    expect(calls(SEND)).toBe(4);
    expect(other.logger.lines).toEqual([]); // Nest's logger is one for the process: that of who started last
  });

  it('are fewer than 100 a day, whoever asks', async () => {
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      await ask(running);
      later(5 * 60_000);
    }
    expect(calls(SEND)).toBeLessThan(100);
    expect(calls(SEND)).toBeGreaterThan(90);
  });

  it.each([
    [['ada@example.com', 'Ada@Example.com', 'ada+2@example.com'], 'bob@example.com'],
    [['a.da@gmail.com', 'ada@googlemail.com', 'AD.A+x@gmail.com'], 'a.da@example.com'],
    [['ada@bücher.example', 'ada@xn--bcher-kva.example', 'ADA@BÜCHER.example'], 'ada@buecher.example'],
    [['+44 20 7946 0000', '+44 020 7946 0000', '0044 (0)20 7946-0000'], '+44 20 7946 0001'],
    [['+45 20 12 34 56', '(+45) 20-12-34-56', '004520123456'], '+45 20 12 34 57'],
    [['+39 06 1234567', '+39 6 1234567', '+39061234567'], '+1 206 1234567'],
    [['+354 0123456', '+354 123456', '+35400123456'], '+354 1234567'],
  ])('count per person, however the person is written: %j', async (spellings, somebodyElse) => {
    for (const to of spellings) expect((await ask(running, to)).status).toBe(201);
    for (const to of spellings) expect((await ask(running, to)).status).toBe(429);
    expect((await ask(running, somebodyElse)).status).toBe(201);
  });

  it('of many at once three are sent, across instances', async () => {
    const two = [running, other] as const;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(two[(index % 2) as 0 | 1])),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(calls(SEND)).toBe(3);
  });

  it('an exhausted requester costs the recipient nothing, and waits for its own budget', async () => {
    const otp = running.app.get(EngageLabOtpService);
    const asking = (to: string, requester: string) => otp.send({ to, templateId: 't', requester });
    for (const digit of [1, 2, 3, 4, 5]) await asking(`+451111111${digit}`, 'stranger');
    for (const _ of [1, 2, 3, 4]) {
      const error: unknown = await asking(PHONE, 'stranger').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RecipientLimitedError);
    }
    for (const _ of [1, 2, 3]) await expect(asking(PHONE, 'owner')).resolves.toBeDefined();
  });

  it('a requester has a budget of guesses, which costs the challenge nothing', async () => {
    const limited = await start({ sendLimit: false, requesterLimit: { guesses: 2 } });
    const otp = limited.app.get(EngageLabOtpService);
    const { challengeId } = await otp.send({ ...MESSAGE, requester: 'stranger' });
    for (const [status, isOver] of [
      [403, false],
      [403, true],
      [429, true],
      [429, true],
      [429, true],
    ] as const) {
      const guessed = await guess(limited, challengeId, PHONE, { code: '000000' });
      expect(guessed.status).toBe(status);
      expect(guessed.headers.has('retry-after')).toBe(isOver);
    }
    later((60 * 60_000) / 3);
    expect((await guess(limited, challengeId, PHONE)).status).toBe(403); // the code is over by now
  });

  it('the last guess says when there can be another code, and no guess before it does', async () => {
    const limited = await start({ sendLimit: { messages: 2 }, guesses: 2 });
    const otp = limited.app.get(EngageLabOtpService);
    const waits = [];
    for (const _ of ['a code', 'and another one']) {
      const { challengeId } = await otp.send(MESSAGE);
      for (const phone of ['+4587654321', PHONE]) {
        const { status, headers } = await guess(limited, challengeId, phone, { code: '000000' });
        waits.push([status, headers.get('retry-after')]);
      }
    }
    expect(waits).toEqual([
      [403, null],
      [403, '1'],
      [403, null],
      [403, expect.stringMatching(/^[1-9]\d*$/)], // until there can be a third code
    ]);
  });

  it('a guess beyond the last one waits for the next code', async () => {
    later(900_000 - (Date.now() % 900_000)); // this store counts in quarters of an hour
    const limited = await start({ sendLimit: { messages: 1 }, guesses: 1 });
    const { challengeId } = await limited.app.get(EngageLabOtpService).send(MESSAGE);
    await guess(limited, challengeId, PHONE, { code: '000000' });
    const { status, headers } = await guess(limited, challengeId, PHONE);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(890);
  });

  it('a guess at a code that has none left costs its requester nothing', async () => {
    const limited = await start({ sendLimit: false, guesses: 1, requesterLimit: { guesses: 3 } });
    const otp = limited.app.get(EngageLabOtpService);
    const guessing = async (times: number): Promise<number[]> => {
      const { challengeId } = await otp.send({ ...MESSAGE, requester: 'ada' });
      const statuses = [];
      for (let time = 0; time < times; time++)
        statuses.push((await guess(limited, challengeId, PHONE, { code: '000000' })).status);
      return statuses;
    };
    expect(await guessing(5)).toEqual([403, 429, 429, 429, 429]);
    expect(await guessing(1)).toEqual([403]);
  });

  it('a store that fails after a wrong code leaves it a wrong code', async () => {
    const limited = await start({ guesses: 1 });
    const { challengeId } = await limited.app.get(EngageLabOtpService).send(MESSAGE);
    stub.script = (request, response) => {
      store.broken = ['take'];
      yes(request, response);
    };
    expect((await guess(limited, challengeId, PHONE, { code: '000000' })).status).toBe(403);
  });

  it('goes only to the countries that are allowed', async () => {
    const limited = await start({ allowedCountries: [45, '+46'] });
    const asking = async (to: string) => (await ask(limited, to)).status;
    expect(await asking('+45 12 34 56 78')).toBe(201);
    expect(await asking('0046 70 123 45 67')).toBe(201);
    expect(await asking('ada@example.com')).toBe(201);
    expect(await asking('+44 20 7946 0000')).toBe(403);
    expect(calls(SEND)).toBe(3);
  });

  it('stops the boot where the countries are no list', async () => {
    const countries = '45' as unknown as readonly string[];
    await expect(start({ allowedCountries: countries })).rejects.toThrow(/allowedCountries/);
  });

  it.each(['', '12345678', 'ann'])('answers 400 in the shape of Nest where %j should get one', async to => {
    for (const instance of [running, other])
      expect(await ask(instance, to)).toMatchObject({
        status: 400,
        body: { statusCode: 400, code: 'recipient_malformed', error: 'Bad Request' },
      });
    expect(calls(SEND)).toBe(0);
  });

  it('EngageLab sends no second code while one is good: others wait, the same requester gets it again', async () => {
    const otp = running.app.get(EngageLabOtpService);
    const first = await otp.send({ ...MESSAGE, requester: 'ada' });
    const anonymous = await otp.send({ ...MESSAGE, validFor: '5m' });
    stub.reset(reply(400, { code: 3004, message: 'x' }));
    later(60_000);
    for (const _ of [1, 2, 3, 4]) expect(await otp.send({ ...MESSAGE, requester: 'ada' })).toEqual(first);
    const limited = await ask(running, PHONE);
    expect(limited).toMatchObject({ status: 429, body: { code: 'verification_limited' } });
    const error: unknown = await otp.send(MESSAGE).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'recipient_limited', retryAfterMs: 240_000 });
    stub.reset(yes);
    expect((await guess(running, anonymous.challengeId, PHONE)).status).toBe(201);
  });

  it('nobody gets a code again that has no guesses left: it is 429 until there can be another', async () => {
    const otp = running.app.get(EngageLabOtpService);
    const { challengeId } = await otp.send({ ...MESSAGE, requester: 'ada' });
    for (const _ of [1, 2, 3, 4, 5]) await guess(running, challengeId, PHONE, { code: '000000' });
    stub.reset(reply(400, { code: 3004, message: 'x' }));
    later(60_000);
    const error: unknown = await otp.send({ ...MESSAGE, requester: 'ada' }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'recipient_limited', retryAfterMs: 540_000 });
  });

  it.each([
    ['refused credentials', reply(401, { code: 2001, message: 'x' }), 503],
    ['a rate limit', reply(429, {}), 503],
  ])('do not count when nothing was sent: %s', async (_, answer, status) => {
    stub.reset(answer);
    for (const _ of [1, 2, 3]) expect((await ask(running)).status).toBe(status);
    stub.reset(yes);
    for (const _ of [1, 2, 3]) expect((await ask(running)).status).toBe(201);
  });

  it.each([
    ['an outage after which nobody knows', reply(500, { code: 1000, message: 'x' }), 503],
    ['an answer that cannot be read', reply(200, {}), 503],
    ['a recipient who cannot be reached', reply(400, { code: 5011, message: 'x' }), 403],
    ['a phone that is off', reply(400, { code: 5018, message: 'x' }), 403],
    ['a message that was intercepted', reply(400, { code: 5015, message: 'x' }), 403],
    ['a failure to send', reply(400, { code: 5001, message: 'x' }), 503],
    ['a failure inside', reply(400, { code: 5016, message: 'x' }), 503],
  ])('count after %s', async (_, answer, status) => {
    stub.reset(answer);
    for (const _ of [1, 2, 3]) expect((await ask(running)).status).toBe(status);
    stub.reset(yes);
    expect((await ask(running)).status).toBe(429);
  });

  it('guesses and messages that reached nobody are given back', async () => {
    const tripped = await start({}, { breaker: { failures: 1, coolDownMs: 60_000 } });
    const otp = tripped.app.get(EngageLabOtpService);
    const { challengeId } = await otp.send(MESSAGE);
    stub.reset(reply(500, {}));
    expect((await guess(tripped, challengeId, PHONE)).status).toBe(503);
    stub.reset(yes);
    for (const _ of [1, 2, 3, 4, 5, 6]) expect((await guess(tripped, challengeId, PHONE)).status).toBe(503); // the breaker is open
    expect((await guess(running, challengeId, PHONE)).status).toBe(201);
    const closed = await start({}, { breaker: { failures: 1, coolDownMs: 60_000 } });
    stub.reset(reply(500, {}));
    for (const _ of [1, 2, 3, 4, 5, 6]) expect((await ask(closed)).status).toBe(503);
    expect(calls(SEND)).toBe(1);
    stub.reset(yes);
    expect((await ask(running)).status).toBe(201);
    expect((await ask(running)).status).toBe(429);
  });

  it('have the limits that the options say', async () => {
    const limited = await start({ sendLimit: { messages: 1, refillMs: 5000 } });
    expect((await ask(limited)).status).toBe(201);
    const wait = Number((await ask(limited)).headers.get('retry-after'));
    expect(wait).toBeLessThanOrEqual(5);
    later(wait * 1000);
    expect((await ask(limited)).status).toBe(201);
    const unlimited = await start({ sendLimit: false });
    for (const _ of [1, 2, 3, 4, 5]) expect((await ask(unlimited)).status).toBe(201);
  });

  it('tell a manual caller how long to wait', async () => {
    const otp = running.app.get(EngageLabOtpService);
    for (const _ of [1, 2, 3]) await otp.send(MESSAGE);
    const error = (await otp.send(MESSAGE).catch((thrown: unknown) => thrown)) as RecipientLimitedError;
    expect(error).toBeInstanceOf(RecipientLimitedError);
    expect(error).toMatchObject({ code: 'recipient_limited', provider: 'engagelab' });
    expect(error.retryAfterMs).toBeLessThanOrEqual(15 * 60_000);
  });

  it.each([
    [{ allowedCountries: '45' }, /allowedCountries/],
    [{ allowedCountries: ['DK'] }, /allowedCountries/],
    [{ validFor: '2d' }, /validFor/],
    [{ validFor: 'soon' }, /validFor/],
    [{ alphabet: 'ABC' }, /alphabet/],
    [{ alphabet: '0123 ' }, /alphabet/],
    [{ guesses: 0 }, /guesses/],
    [{ requesterLimit: { windowMs: 1 } }, /requesterLimit/],
  ])('stop the boot where the options are %j', async (options, message) => {
    await expect(start(options as never)).rejects.toThrow(message);
  });

  it.each([{ messages: 0 }, { refillMs: '10m' }, { every: 3 }, true, 'none'])(
    'stop the boot where the limit is %j',
    async sendLimit => {
      await expect(start({ sendLimit: sendLimit as never })).rejects.toThrow(
        /providers\.engagelab\.sendLimit/,
      );
    },
  );
});
