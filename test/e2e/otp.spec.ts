import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RecipientMalformedError,
  RequireVerification,
  Verified,
  VerificationGuard,
  VerificationModule,
  type EngageLabOtpMessage,
  type EngageLabOtpVerdict,
} from 'nestjs-verification';
import { ALL_BUT_DATE } from '../support/all-but-date.js';
import { asked, optionsFor, paths, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { startServices } from '../support/services.js';
import { SlowStore } from '../support/slow-store.js';
import { reply, StubServer } from '../support/stub-server.js';

@Controller()
@UseGuards(VerificationGuard)
class OtpController {
  @Post('login')
  @RequireVerification('engagelab', { purpose: 'login' })
  login(@Verified() verified: EngageLabOtpVerdict): EngageLabOtpVerdict {
    return verified;
  }

  @Post('any')
  @RequireVerification('engagelab')
  any(@Verified() verified: EngageLabOtpVerdict): EngageLabOtpVerdict {
    return verified;
  }
}

const MESSAGE: EngageLabOtpMessage = { to: '+4512345678', templateId: 'otp', purpose: 'login' };
const VERIFY = '/v1/verifications';

describe.each(PLATFORMS)('%s', platform => {
  const store = new FragileStore();
  let stub: StubServer;
  let running: RunningApplication;
  let otp: EngageLabOtpService;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub, { store }))],
      controllers: [OtpController],
    });
    otp = running.app.get(EngageLabOtpService);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    stub.reset(yes);
    store.reset();
    running.logger.lines.length = 0;
  });

  const guess = (
    challengeId: string,
    code: unknown,
    route = 'login',
  ): Promise<{ status: number; body: unknown }> =>
    send(`${running.url}/${route}`, { challenge_id: challengeId, verify_code: code });
  const calls = (): number => paths(stub).filter(path => path === VERIFY).length;

  it('the right code lets its owner through, and names the recipient from server state', async () => {
    const challenge = await otp.send({ ...MESSAGE, language: 'en', params: { name: 'Ann' } });
    expect(Object.keys(challenge).sort()).toEqual(['challengeId', 'channel', 'expiresAt']);
    expect(asked(stub.seen[0])).toEqual({
      to: '+4512345678',
      template: { id: 'otp', language: 'en', params: { name: 'Ann' } },
    });
    const { status, body } = await guess(challenge.challengeId, '123456');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      provider: 'engagelab',
      claims: ['phone_verified'],
      recipient: '+4512345678',
    });
  });

  it('the message id never leaves the server', async () => {
    const challenge = await otp.send(MESSAGE);
    const wrong = await guess(challenge.challengeId, '000000');
    const right = await guess(challenge.challengeId, '123456');
    const messageId = asked(stub.seen.at(-1))['message_id'];
    expect(messageId).toEqual(expect.stringMatching(/^17\d+$/));
    for (const told of [challenge, wrong, right]) expect(JSON.stringify(told)).not.toContain(messageId);
    expect(running.logger.lines.join('\n')).not.toContain(messageId);
    expect(store.keys.every(key => /^[0-9a-f]{64}$/.test(key))).toBe(true);
  });

  it.each([
    ['unknown', async () => 'A'.repeat(32)],
    [
      'used',
      async () => {
        const { challengeId } = await otp.send(MESSAGE);
        await guess(challengeId, '123456');
        return challengeId;
      },
    ],
    [
      'expired',
      async () => {
        const { challengeId } = await otp.send(MESSAGE);
        store.aheadMs += 10 * 60_000;
        return challengeId;
      },
    ],
  ])('a challenge that is %s asks nobody', async (_, make) => {
    const challengeId = await make();
    const before = calls();
    expect(await guess(challengeId, '123456')).toMatchObject({
      status: 403,
      body: { code: 'verification_rejected' },
    });
    expect(calls()).toBe(before);
    await expect(otp.verify({ challengeId, verifyCode: '123456' })).resolves.toMatchObject({
      outcome: 'rejected',
      reason: 'unknown_evidence',
    });
  });

  it.each([
    ['messageId', 7],
    ['messageId', undefined],
    ['recipient', undefined],
    ['recipient', 7],
    ['expiresAt', '9e15'],
    ['validForMs', undefined],
  ])('a kept challenge whose %s is %j counts as none, and the operator is told', async (member, value) => {
    const { challengeId } = await otp.send(MESSAGE);
    const key = store.keys.at(-1) ?? '';
    const kept = JSON.parse((await store.kept.get(key)) ?? '') as object;
    await store.kept.set(key, JSON.stringify({ ...kept, [member]: value }), 60_000);
    const before = calls();
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 403 });
    expect(calls()).toBe(before);
    expect(running.logger.lines.join('\n')).toMatch(/warn .*unreadable challenge of "engagelab"/);
  });

  it('20 wrong guesses at once are at most 5 calls, and then even the right code is refused', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => guess(challengeId, String(100000 + index))),
    );
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(5).fill(403), ...Array<number>(15).fill(429)]);
    expect(calls()).toBe(5);
    expect(await guess(challengeId, '123456')).toMatchObject({
      status: 429,
      body: { code: 'verification_limited' },
    });
    expect(calls()).toBe(5);
    await expect(otp.verify({ challengeId, verifyCode: '123456' })).resolves.toMatchObject({
      reason: 'too_many_attempts',
    });
  });

  it('a guess counts although its answer was lost', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    stub.script = (_, response) => response.destroy();
    for (let index = 0; index < 5; index++) {
      expect(await guess(challengeId, '000000')).toMatchObject({ status: 503 });
    }
    stub.script = yes;
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 429 });
    expect(calls()).toBe(5);
  });

  it.each([
    '1',
    '123',
    '12345678901',
    '12 34 ab 56',
    'абвгд',
    'ABC123',
    '12a456',
    'code',
    '123456 or 654321?',
    '12 34 56 and 654321',
    'Code 12 34 56, sent 2026',
    'code 123 456 or 654 321',
  ])('what can be no code costs no guess, and asks nobody: %s', async code => {
    const { challengeId } = await otp.send(MESSAGE);
    for (let index = 0; index < 6; index++)
      expect(await guess(challengeId, code)).toMatchObject({ status: 403 });
    expect(calls()).toBe(0);
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 201 });
  });

  it.each([
    '123 456',
    '123-456',
    '1 2 3 4 5 6',
    ' 123456\u00a0',
    '１２３４５６',
    '١٢٣٤٥٦',
    '१२३४५६',
    '\u200b123\u200d456\ufeff',
    '1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36\ufe0f\u20e3',
    '123–456',
    'Code: 123456.',
    'G-123456',
    '„123456“ er din kode',
    '123456"',
    'Your code is 123456. Valid for 10 minutes.',
    'Din kode: 123456 (gyldig i 5 min)',
    '<#> Code: 123456 FA+9qCX9VSu',
    '123456 is your code. @shop.example #123456',
    '123456 123456',
    'Your code: 123 456',
    'Your code is 123-456.',
    '验证码：123456，5分钟内有效',
    '您的验证码是123456。',
    'รหัสของคุณคือ123456',
    'کد شما: ۱۲۳۴۵۶ است',
  ])('a person may type it as %j', async code => {
    const { challengeId } = await otp.send(MESSAGE);
    expect(await guess(challengeId, code)).toMatchObject({ status: 201 });
    expect(asked(stub.seen.at(-1))['verify_code']).toBe('123456');
  });

  it('a code that is a number is no evidence, so that zeros in front are never lost', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    expect(await guess(challengeId, 123456)).toMatchObject({ body: { code: 'verification_required' } });
    expect(calls()).toBe(0);
  });

  it('a challenge serves once, even when two right codes race', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    let used = false;
    stub.script = (request, response) => {
      if (used) reply(400, { code: 3003, message: 'already verified' })(request, response);
      else yes(request, response);
      used = true;
    };
    const replies = await Promise.all([guess(challengeId, '123456'), guess(challengeId, '123456')]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 403]);
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 403 });
  });

  it.each([['payment'], [undefined]])(
    'a challenge for purpose %s does not serve a route that demands another',
    async purpose => {
      const { challengeId } = await otp.send(
        purpose === undefined ? { to: MESSAGE.to, templateId: 'otp' } : { ...MESSAGE, purpose },
      );
      expect(await guess(challengeId, '123456')).toMatchObject({ status: 403 });
      expect(calls()).toBe(0);
    },
  );

  it('a new code makes the older one of the same recipient and purpose worthless', async () => {
    const older = await otp.send(MESSAGE);
    const elsewhere = await otp.send({ ...MESSAGE, purpose: 'other' });
    const newer = await otp.send({ ...MESSAGE, to: '+45 12 34 56 78' });
    const before = calls();
    expect(await guess(older.challengeId, '123456')).toMatchObject({ status: 403 });
    expect(calls()).toBe(before);
    expect(await guess(newer.challengeId, '123456')).toMatchObject({ status: 201 });
    expect(await guess(elsewhere.challengeId, '123456', 'any')).toMatchObject({ status: 201 });
  });

  it('each requester has a code of their own', async () => {
    const owner = await otp.send({ ...MESSAGE, requester: 'session-1' });
    await otp.send({ ...MESSAGE, requester: 'session-2' });
    expect(await guess(owner.challengeId, '123456')).toMatchObject({ status: 201 });
  });

  it('a stranger who guessed wrongly costs the owner nothing', async () => {
    for (let round = 0; round < 3; round++) {
      const { challengeId } = await otp.send(MESSAGE);
      for (let index = 0; index < 5; index++) await guess(challengeId, '000000');
    }
    expect(calls()).toBe(15);
    const { challengeId } = await otp.send(MESSAGE);
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 201 });
  });

  it.each([
    ['2m', 2 * 60_000],
    [600_000, 600_000],
    ['30m', 30 * 60_000],
  ] as const)('a code that is valid for %s can be used until then', async (validFor, ms) => {
    const sentAt = Date.now();
    const first = await otp.send({ ...MESSAGE, validFor });
    expect(Math.abs(first.expiresAt.getTime() - sentAt - ms)).toBeLessThan(1000);
    store.aheadMs += ms - 1000;
    expect(await guess(first.challengeId, '123456')).toMatchObject({ status: 201 });
    const second = await otp.send({ ...MESSAGE, validFor });
    store.aheadMs += ms;
    expect(await guess(second.challengeId, '123456')).toMatchObject({ status: 403 });
  });

  it.each([0, -1, '10', 'soon', '25h', {}])('refuses a life of %j', async validFor => {
    await expect(otp.send({ ...MESSAGE, validFor: validFor as never })).rejects.toThrow(/"validFor" of send/);
  });

  it.each([
    [{ purpose: '' }, /"purpose" of send/],
    [{ requester: 7 }, /"requester" of send/],
    [{ code: '12' }, /"code" of send/],
    [{ code: 'ABCDEF' }, /"code" of send/],
    [{ validfor: '5m' }, /Did you mean "validFor"/],
    [{ templateId: '' }, /"templateId" of send/],
  ])('refuses the message %j', async (wrong, message) => {
    await expect(otp.send({ ...MESSAGE, ...(wrong as object) })).rejects.toThrow(message);
    expect(stub.seen).toHaveLength(0);
  });

  it('a code of your own is delivered by EngageLab and verified here', async () => {
    stub.script = reply(200, { message_id: '42', send_channel: 'email' });
    const { challengeId } = await otp.send({ ...MESSAGE, code: '004211' });
    expect(stub.seen.map(({ path }) => path)).toEqual(['/v1/codes']);
    expect(asked(stub.seen[0])).toMatchObject({ to: '+4512345678', code: '004211', template: { id: 'otp' } });
    expect(await guess(challengeId, '004212')).toMatchObject({ status: 403 });
    const replies = await Promise.all([1, 2, 3, 4].map(() => guess(challengeId, '004-211')));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403]);
    expect(stub.seen).toHaveLength(1);
  });

  it('the same right code at once passes once, also where EngageLab would race', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    const replies = await Promise.all([1, 2, 3, 4].map(() => guess(challengeId, '123456')));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403]);
  });

  it('right codes count towards no limit', async () => {
    for (let round = 0; round < 16; round++) {
      const { challengeId } = await otp.send(MESSAGE);
      expect(await guess(challengeId, '123456')).toMatchObject({ status: 201 });
    }
  });

  it('a message id that the application keeps itself counts its guesses too', async () => {
    const messageId = '1700000000000000001';
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => otp.verify({ messageId, verifyCode: '000000' })),
    );
    expect(calls()).toBe(5);
    expect(
      verdicts.filter(verdict => verdict.outcome === 'rejected' && verdict.reason === 'too_many_attempts'),
    ).toHaveLength(15);
    await expect(otp.verify({ messageId, verifyCode: '123456' })).resolves.toMatchObject({
      outcome: 'rejected',
    });
    await expect(otp.verify({ messageId: `${messageId}2`, verifyCode: '123456' })).resolves.toMatchObject({
      outcome: 'accepted',
      recipient: undefined,
    });
  });

  it('a message id and its challenge share their guesses', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    await guess(challengeId, '000000');
    const messageId = String(asked(stub.seen.at(-1))['message_id']);
    for (let index = 0; index < 4; index++) await otp.verify({ messageId, verifyCode: '000000' });
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 429 });
    expect(calls()).toBe(5);
  });

  it.each([['get'], ['take'], ['setIfAbsent']] as const)(
    'a store that fails to %s refuses, and tells nobody why',
    async operation => {
      const { challengeId } = await otp.send(MESSAGE);
      store.broken = [operation];
      expect(await guess(challengeId, '123456')).toMatchObject({
        status: 503,
        body: { code: 'verification_unavailable' },
      });
      expect(calls()).toBe(operation === 'get' || operation === 'take' ? 0 : 1);
      expect(running.logger.lines.join('\n')).not.toMatch(/secret of/);
    },
  );

  it('a right code passes, once, where the store cannot delete its challenge', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    store.broken = ['delete'];
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 201 });
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 403 });
    expect(running.logger.lines.join('\n')).toContain('verification.store_failed');
  });

  it.each([
    ['a slow delivery', 59_000, 2_000],
    ['a clock that is behind', 0, -5_000],
    ['a clock that is ahead', 0, 60_000],
  ])('%s brings no fresh guesses', async (_, deliveryMs, laterMs) => {
    jest.useFakeTimers({ doNotFake: [...ALL_BUT_DATE] });
    try {
      const now = Date.now();
      stub.script = (request, response) => {
        jest.setSystemTime(now + deliveryMs);
        yes(request, response);
      };
      const { challengeId } = await otp.send({ ...MESSAGE, validFor: '1m' });
      stub.script = yes;
      for (let count = 0; count < 5; count++) await guess(challengeId, '000000');
      jest.setSystemTime(now + deliveryMs + laterMs);
      store.aheadMs = -laterMs; // the store has a clock of its own
      for (let count = 0; count < 5; count++) await guess(challengeId, '000000');
      expect(calls()).toBeLessThanOrEqual(5);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(['', 'no number'])('a message id is of nobody where the recipient is %j', async recipient => {
    const evidence = { messageId: '1700000000000000001', verifyCode: '123456' };
    await expect(otp.verify(evidence, { recipient })).resolves.toMatchObject({ reason: 'unknown_evidence' });
    expect(calls()).toBe(0);
  });

  it.each([[''], [7]])('no state is of the tenant %j', async scope => {
    await expect(otp.send(MESSAGE, { scope: scope as string })).rejects.toThrow(/"scope" must be the text/);
    expect(stub.seen).toHaveLength(0);
  });

  it('a store that fails to keep a challenge fails the sending', async () => {
    store.broken = ['set'];
    await expect(otp.send(MESSAGE)).rejects.toMatchObject({ code: 'provider_unavailable' });
  });

  it.each([
    ["o'brien+shop@example.co.uk", "o'brien+shop@example.co.uk"],
    ['søren.kjær@BÜCHER.example', 'søren.kjær@xn--bcher-kva.example'],
    ['名前@例え.テスト', '名前@xn--r8jz45g.xn--zckzah'],
    ['_a!b@xn--bcher-kva.example', '_a!b@xn--bcher-kva.example'],
    [' Ada@Example.COM ', 'Ada@example.com'],
    ['ad\u200ba@example.com', 'ada@example.com'],
    ['ａda@ｅxample.com', 'ada@example.com'],
    ['+45 12 34 56 78', '+4512345678'],
    ['0045 12345678', '+4512345678'],
    ['(+45) 12-34-56-78', '+4512345678'],
    ['+４５12345678', '+4512345678'],
    ['+٤٥١٢٣٤٥٦٧٨', '+4512345678'],
    ['\u202a+45 12345678\u202c', '+4512345678'],
    ['+44 (0)20 7946 0000', '+442079460000'],
    ['tel:+45-1234-5678', '+4512345678'],
    ['+45\u221212\u221234\u221256\u221278', '+4512345678'],
    ['+44 ( 0 ) 20 7946 0000', '+442079460000'],
    ['+44 [0] 20 7946 0000', '+442079460000'],
    ['+39 (0)6 6982 0000', '+390669820000'],
    ['0039 [0] 6 6982 0000', '+390669820000'],
    ['tel:+378-(0)549-882914', '+3780549882914'],
    ['+39 (0)333 123 4567', '+393331234567'],
    ['+39 (0)331 123456', '+390331123456'],
    ['+39 (0)06 6982 0000', '+390669820000'],
    ['+225 (0)07 12 34 56 78', '+2250712345678'],
    ['+45 39 (0)12 34 56', '+4539123456'],
    ['+45 12 34 56 78,', '+4512345678'],
    ['ada@例え。テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@4u.example', 'ada@4u.example'],
    ['ada@a--b.1.example', 'ada@a--b.1.example'],
  ])('sends to %j as to %s', async (to, sent) => {
    expect(await otp.send({ ...MESSAGE, to })).toMatchObject({ channel: 'sms' });
    expect(asked(stub.seen[0])['to']).toBe(sent);
  });

  it.each([
    '',
    '12345678',
    '20 12 34 56',
    '+0123456',
    '+45',
    '+4512345678901234',
    '+45 12 34 x6',
    'ann',
    'a@',
    '@b',
    'a b@c',
    'a@b\nc',
    // Each reaches ada@example.com as well, or would let a stranger have its code.
    'bob,ada@example.com',
    'ada(1)@example.com',
    '"ada"@example.com',
    '\\ada@example.com',
    'x<ada@example.com',
    'ada@example.com.',
    'ada@example.com(1)',
    'ada@example.com,bob',
    'bob@x@example.com',
    'ada@%65xample.com',
    // With an extension or a second number behind it, the digits would make a third number.
    '+4512345678,5',
    '+4512345678,,5',
    '+45 12345678, 79',
    // No mailbox has such an address.
    'ada@gmail',
    'ada@localhost',
    'ada@gmail..com',
    'ada@.example.com',
    'ada@-example.com',
    'ada@example-.com',
    'ada@127.0.0.1',
    'ada@2130706433',
    'ada@0x7f.1',
    `ada@${'a'.repeat(64)}.example`,
    ['+4512345678'],
    4512345678,
  ])('sends nothing to what is no recipient: %j', async to => {
    await expect(otp.send({ ...MESSAGE, to: to as string })).rejects.toBeInstanceOf(RecipientMalformedError);
    expect(stub.seen).toHaveLength(0);
  });
});

it('the store is asked at most three times in a row, and never told a code', async () => {
  const slow = new SlowStore();
  const stub = await StubServer.start();
  const { engagelab, module } = await startServices(stub.url, {
    store: slow,
    providers: { engagelab: { devKey: 'key', devSecret: 'secret', baseUrl: stub.url } },
  });
  stub.reset(reply(200, { message_id: '42', send_channel: 'sms' }));
  const { challengeId } = await engagelab.send({ ...MESSAGE, code: '004211' });
  expect(slow.waves).toBeLessThanOrEqual(3);
  expect(slow.values.length).toBeGreaterThan(0);
  expect(slow.values.join()).not.toContain('004211');
  slow.waves = 0;
  const evidence = { challengeId, verifyCode: '004211' };
  expect(await engagelab.verify(evidence)).toMatchObject({ outcome: 'accepted' });
  expect(slow.waves).toBeLessThanOrEqual(3);
  await module.close();
  await stub.stop();
});
