import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryStateStore } from 'nestjs-verification';
import { reject } from 'nestjs-verification/provider';
import { PigeonService, type PigeonOptions } from './pigeon.provider.js';
import { asked } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { open, type OpenModule } from './open.js';
import { outcomeOf } from './outcome.js';
import { PIGEON_KEY, pigeonAt } from './pigeon-at.js';
import { AppModule } from './pigeon.application.js';

const PHONE = '+4520123456';
const MINUTE_MS = 60_000;
let messages = 0;

/** Pigeon as it documents itself; the right code of every message is 123456. */
const pigeon: Script = (request, response) => {
  const { to, id, code } = asked(request);
  const isSending = request.path === '/codes';
  const sent = { id: `m-${String(messages++)}`, channel: String(to).includes('@') ? 'email' : 'sms' };
  reply(isSending ? 201 : 200, isSending ? sent : { id, correct: code === '123456' })(request, response);
};

describe('codes over another vendor', () => {
  let aheadMs: number;
  let stub: StubServer;
  let running: OpenModule;
  let service: PigeonService;

  async function start(options: Partial<PigeonOptions> = {}): Promise<void> {
    const store = new InMemoryStateStore({ now: () => Date.now() + aheadMs });
    running = await open({ ...pigeonAt(stub.url, options), store, http: { retries: 0 } });
    service = running.app.get(PigeonService);
  }
  const type = (challengeId: string, verifyCode: string, requirement = {}) =>
    outcomeOf(service.verify({ challengeId, verifyCode }, requirement));
  const sending = async (message: Parameters<PigeonService['send']>[0]): Promise<unknown> => {
    const sent = service.send(message).then(() => 'sent');
    return sent.catch((error: unknown) => error);
  };

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterAll(() => stub.stop());
  beforeEach(() => {
    aheadMs = 0;
    stub.reset(pigeon);
  });
  afterEach(() => running.app.close());

  it('asks in the words of the vendor, with the key', async () => {
    await start();
    const { challengeId, channel } = await service.send({ to: '+45 20 12 34 56' });
    await type(challengeId, '123 456');
    expect(channel).toBe('sms');
    const calls = stub.seen.map(call => [call.path, call.headers.authorization, asked(call)]);
    expect(calls).toEqual([
      ['/codes', `Bearer ${PIGEON_KEY}`, { to: PHONE, text: 'Your code: {code}' }],
      ['/codes/check', `Bearer ${PIGEON_KEY}`, { id: expect.stringMatching(/^m-/), code: '123456' }],
    ]);
  });

  it.each([
    [PHONE, PHONE, 'phone_verified', 'email_verified'],
    ['Ada@EXAMPLE.com', 'Ada@example.com', 'email_verified', 'phone_verified'],
  ])('the right code of %s passes once, and says who received it', async (to, recipient, claim, other) => {
    await start();
    const first = await service.send({ to });
    expect(await type(first.challengeId, '123456', { claims: [other] })).toMatchObject({
      outcome: 'rejected',
      reason: 'claim_missing',
    });
    const accepted = await service.verify(
      { challengeId: first.challengeId, verifyCode: '123456' },
      { claims: [claim as never] },
    );
    expect(accepted).toMatchObject({ outcome: 'accepted', claims: [claim], recipient });
    expect(await type(first.challengeId, '123456')).toMatchObject({ reason: 'unknown_evidence' });
  });

  it('a wrong code is no, and the fifth one says already how long to wait for another code', async () => {
    await start();
    const { challengeId } = await service.send({ to: PHONE });
    for (let guess = 1; guess <= 5; guess++)
      expect(await type(challengeId, '000000')).toMatchObject({
        reason: 'wrong_code',
        details: guess < 5 ? {} : { retryAfterMs: 1000 },
      });
    expect(await type(challengeId, '123456')).toMatchObject({
      reason: 'too_many_attempts',
      details: { retryAfterMs: 1000 },
    });
    expect(stub.seen).toHaveLength(6);
  });

  it('the longer of two waits counts: ours, or the one that the vendor asks for', async () => {
    class SternPigeon extends PigeonService {
      protected override readVerification() {
        return reject('wrong_code', { retryAfterMs: 60 * MINUTE_MS });
      }
    }
    const options = pigeonAt(stub.url, { guesses: 1 });
    running = await open({ ...options, customProviders: [SternPigeon], http: { retries: 0 } });
    service = running.app.get(SternPigeon);
    const { challengeId } = await service.send({ to: PHONE });
    expect(await type(challengeId, '000000')).toMatchObject({
      reason: 'wrong_code',
      details: { retryAfterMs: 60 * MINUTE_MS },
    });
  });

  it('a new code takes the place of the older one', async () => {
    await start();
    const [older, newer] = [await service.send({ to: PHONE }), await service.send({ to: '0045 20123456' })];
    expect(await type(older.challengeId, '123456')).toMatchObject({ reason: 'unknown_evidence' });
    expect(await type(newer.challengeId, '123456')).toMatchObject({ outcome: 'accepted' });
  });

  it('a recipient gets three codes, and one more every 15 minutes', async () => {
    await start();
    for (let code = 0; code < 3; code++) expect(await sending({ to: PHONE })).toBe('sent');
    expect(await sending({ to: PHONE })).toMatchObject({ code: 'recipient_limited' });
    aheadMs += 15 * MINUTE_MS;
    expect([await sending({ to: PHONE }), await sending({ to: PHONE })]).toEqual([
      'sent',
      expect.objectContaining({ code: 'recipient_limited' }),
    ]);
  });

  it('the limits are options', async () => {
    await start({ sendLimit: { messages: 1 }, guesses: 1, validFor: '2m', allowedCountries: ['45'] });
    const { challengeId, expiresAt } = await service.send({ to: PHONE });
    expect(Math.abs(expiresAt.getTime() - Date.now() - 2 * MINUTE_MS)).toBeLessThan(1000);
    expect(await type(challengeId, '000000')).toMatchObject({ reason: 'wrong_code' });
    expect(await type(challengeId, '123456')).toMatchObject({ reason: 'too_many_attempts' });
    expect(await sending({ to: PHONE })).toMatchObject({ code: 'recipient_limited' });
    expect(await sending({ to: '+46701234567' })).toMatchObject({ code: 'recipient_rejected' });
    expect(await sending({ to: '20 12 34 56' })).toMatchObject({ code: 'recipient_malformed' });
    expect(await sending({ to: PHONE, code: '004211' })).toMatchObject({ code: 'configuration' });
    expect(stub.seen).toHaveLength(2);
  });

  it.each([
    [409, { reason: 'too_soon' }, 'recipient_limited'],
    [422, { reason: 'unreachable' }, 'recipient_rejected'],
    [200, { id: 'm-1' }, 'provider_protocol'],
    [201, { id: 7 }, 'provider_protocol'],
    [201, 'sent', 'provider_protocol'],
    [503, {}, 'provider_unavailable'],
  ])('a message answered with %d and %j becomes %s', async (status, body, code) => {
    await start();
    stub.reset(reply(status, body));
    expect(await sending({ to: PHONE })).toMatchObject({ code });
  });

  it.each([
    [200, { correct: true }, { code: 'provider_protocol' }],
    [200, { id: 'm-9999', correct: false }, { code: 'provider_protocol' }],
    [410, { reason: 'expired' }, { reason: 'expired' }],
  ])('a check answered with %d and %j becomes %j', async (status, body, becomes) => {
    await start();
    const { challengeId } = await service.send({ to: PHONE });
    stub.reset(reply(status, body));
    expect(await type(challengeId, '123456')).toMatchObject(becomes);
  });
});

describe('the application of the guide', () => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    stub.reset(pigeon);
    Object.assign(process.env, { PIGEON_KEY, PIGEON_BASE_URL: stub.url });
    running = await boot('express', { imports: [AppModule] });
  });
  afterAll(async () => {
    for (const name of ['PIGEON_KEY', 'PIGEON_BASE_URL']) Reflect.deleteProperty(process.env, name);
    await running.app.close();
    await stub.stop();
  });

  it('confirms the phone that received the code', async () => {
    const sent = await send(`${running.url}/phone`, { phone: '+45 20 12 34 56' });
    const { challenge_id } = sent.body as { challenge_id: string };
    const form = { challenge_id, phone: '+4500000000' };
    expect(await send(`${running.url}/phone/verify`, { ...form, verify_code: '000000' })).toMatchObject({
      status: 403,
      body: { code: 'verification_rejected' },
    });
    expect(await send(`${running.url}/phone/verify`, { ...form, verify_code: '123456' })).toMatchObject({
      status: 201,
      body: { phone: PHONE },
    });
  });

  it.each(['20 12 34 56', 'Ada', ''])('answers 400 to %j, which is no recipient', async phone => {
    expect(await send(`${running.url}/phone`, { phone })).toMatchObject({
      status: 400,
      body: { code: 'recipient_malformed' },
    });
  });
});
