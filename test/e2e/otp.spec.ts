import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RecipientRejectedError,
  RequireVerification,
  Verified,
  VerificationGuard,
  VerificationModule,
  type EngageLabOtpMessage,
  type EngageLabOtpVerdict,
} from 'nestjs-verification';
import { asked, optionsFor, paths, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
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

  it('20 wrong guesses at once are at most 5 calls, and then even the right code is refused', async () => {
    const { challengeId } = await otp.send(MESSAGE);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => guess(challengeId, String(100000 + index))),
    );
    expect(replies.every(({ status }) => status === 403 || status === 429)).toBe(true);
    expect(calls()).toBe(5);
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 429 });
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

  it.each(['1', '123', '12345678901', '12 34', '12-34', '１２３４５６', 'абвгд', '123456"'])(
    'a malformed code counts, and asks nobody: %s',
    async code => {
      const { challengeId } = await otp.send(MESSAGE);
      for (let index = 0; index < 5; index++)
        expect(await guess(challengeId, code)).toMatchObject({ status: 403 });
      expect(calls()).toBe(0);
      expect(await guess(challengeId, '123456')).toMatchObject({ status: 429 });
      expect(calls()).toBe(0);
    },
  );

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

  it('15 wrong codes lock a recipient for an hour, over all challenges; a fresh code brings no fresh guesses', async () => {
    for (let round = 0; round < 3; round++) {
      const { challengeId } = await otp.send(MESSAGE);
      for (let index = 0; index < 5; index++) await guess(challengeId, '000000');
    }
    expect(calls()).toBe(15);
    await expect(otp.send(MESSAGE)).rejects.toBeInstanceOf(RecipientRejectedError);
    await expect(otp.send({ ...MESSAGE, purpose: 'other', templateId: 'other' })).rejects.toMatchObject({
      code: 'recipient_rejected',
    });
    const sent = stub.seen.length;
    await expect(otp.send({ ...MESSAGE, to: '+4587654321' })).resolves.toBeDefined();
    expect(stub.seen).toHaveLength(sent + 1);
    store.aheadMs += 60 * 60_000;
    const { challengeId } = await otp.send(MESSAGE);
    expect(await guess(challengeId, '123456')).toMatchObject({ status: 201 });
  });

  it('a challenge sent before the lock does not outlast it', async () => {
    const spare = await otp.send(MESSAGE);
    for (let round = 0; round < 3; round++) {
      const { challengeId } = await otp.send(MESSAGE);
      for (let index = 0; index < 5; index++) await guess(challengeId, '000000');
    }
    const before = calls();
    expect(await guess(spare.challengeId, '123456')).toMatchObject({ status: 429 });
    expect(calls()).toBe(before);
  });

  it('many challenges guessed at once are not more than 15 wrong codes', async () => {
    const challenges = await Promise.all(Array.from({ length: 6 }, () => otp.send(MESSAGE)));
    await Promise.all(
      challenges.flatMap(({ challengeId }) => Array.from({ length: 5 }, () => guess(challengeId, '000000'))),
    );
    expect(calls()).toBeLessThanOrEqual(15);
  });

  it('right codes do not count towards the lock', async () => {
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

  it.each([['get'], ['increment'], ['delete']] as const)(
    'a store that fails to %s refuses, and tells nobody why',
    async operation => {
      const { challengeId } = await otp.send(MESSAGE);
      store.broken = [operation];
      expect(await guess(challengeId, '123456')).toMatchObject({
        status: 503,
        body: { code: 'verification_unavailable' },
      });
      expect(calls()).toBe(operation === 'delete' ? 1 : 0);
      expect(running.logger.lines.join('\n')).not.toMatch(/secret of/);
    },
  );

  it('a store that fails to keep a challenge fails the sending', async () => {
    store.broken = ['set'];
    await expect(otp.send(MESSAGE)).rejects.toMatchObject({ code: 'provider_unavailable' });
    store.broken = ['get'];
    const sent = stub.seen.length;
    await expect(otp.send(MESSAGE)).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(stub.seen).toHaveLength(sent);
  });

  it.each([
    "o'brien+shop@example.co.uk",
    'søren.kjær@bücher.example',
    '名前@例え.テスト',
    '_a!b@xn--bcher-kva.example',
  ])('sends to what is an address: %j', async to => {
    expect(await otp.send({ ...MESSAGE, to })).toMatchObject({ channel: 'sms' });
  });

  it.each([
    '',
    '12345678',
    '+0123456',
    'ann',
    'a@',
    '@b',
    'a b@c',
    'a@b\nc',
    '+45 12 34 56 78',
    '+４５12345678',
    // Each reaches ada@example.com as well, or would let a stranger have its code.
    'ada\u200b@example.com',
    'a\u{e0061}da@example.com',
    'bob,ada@example.com',
    'ada(1)@example.com',
    '"ada"@example.com',
    '\\ada@example.com',
    'x<ada@example.com',
    'ada@ｅxample.com',
    'ada@example.com.',
    'ada@example.com(1)',
    'ada@example.com,bob',
    'ａda@example.com',
    'mi\u212ae@example.com',
    ['+4512345678'],
    4512345678,
  ])('sends nothing to what is no recipient: %j', async to => {
    await expect(otp.send({ ...MESSAGE, to: to as string })).rejects.toBeInstanceOf(RecipientRejectedError);
    expect(stub.seen).toHaveLength(0);
  });
});
