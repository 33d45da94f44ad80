import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EngageLabOtpService, type EngageLabOtpMessage } from 'nestjs-verification';
import { ENGAGELAB } from '../answers/engagelab.answers.js';
import { reply, StubServer, type Script, type SeenRequest } from '../support/stub-server.js';
import { open, type OpenModule } from './open.js';
import { accepted, failed, outcomeOf, rejected, type Outcome } from './outcome.js';
import { expectRequests } from './wire-request.js';

const CODE = '667090';
const HEADERS = {
  accept: 'application/json',
  'content-type': 'application/json',
  authorization: 'Basic amlndWFuZ2RldjpkZXZfc2VjcmV0', // base64 of jiguangdev:dev_secret, from the documentation
};

let last = 1725407449772531712n;
/** Ids of a real one's length: above 2^53, where a number would lose digits. Guesses are counted per id. */
function freshMessageId(): string {
  last += 1n;
  return String(last);
}

const { error: fault } = ENGAGELAB;

/** A reply made for the message that was asked about. */
type Body = (messageId: string) => unknown;
const said =
  (extra: object): Body =>
  messageId => ({ ...ENGAGELAB.verified(messageId, CODE), ...extra });

interface Row {
  readonly title: string;
  readonly status: number;
  readonly body: Body;
  readonly outcome: Outcome;
}

const DOCUMENTED: readonly Row[] = [
  {
    title: '200 verified: true',
    status: 200,
    body: said({ verified: true }),
    outcome: accepted('phone_verified'),
  },
  {
    title: '200 verified: false',
    status: 200,
    body: said({ verified: false }),
    outcome: rejected('wrong_code'),
  },
  ...(
    [
      [500, 1000, failed('provider_unavailable')],
      [401, 2001, failed('provider_refused')],
      [401, 2002, failed('provider_refused')],
      [403, 2004, failed('provider_refused')],
      [400, 3001, rejected('malformed_evidence', { code: 3001 })],
      [400, 3002, rejected('malformed_evidence', { code: 3002 })],
      [400, 3003, rejected('expired_or_replayed', { code: 3003 })],
      [400, 4001, rejected('unknown_evidence', { code: 4001 })],
    ] as const
  ).map(([status, code, outcome]) => ({
    title: `${String(status)} ${String(code)}`,
    status,
    body: () => fault(code),
    outcome,
  })),
  { title: '429', status: 429, body: () => fault(1), outcome: failed('provider_rate_limited') },
  { title: '503 without a code', status: 503, body: () => '', outcome: failed('provider_unavailable') },
];

const DECIDED: readonly Row[] = [
  ...['true', 1, 'false', null, {}, [true]].map(verified => ({
    title: `9.2.1 does not take verified ${JSON.stringify(verified)} for true`,
    status: 200,
    body: said({ verified }),
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.2.1 does not pass without "verified"',
    status: 200,
    body: said({ verified: undefined }),
    outcome: failed('provider_protocol'),
  },
  ...['verify code has expired', 'message already verified', ''].map(message => ({
    title: `9.2.2 reads nothing into the text "${message}" of 3003`,
    status: 400,
    body: () => ({ code: 3003, message }),
    outcome: rejected('expired_or_replayed', { code: 3003 }),
  })),
  ...[3003, 0, '3003'].map(code => ({
    title: `9.2.3 does not pass beside the code ${JSON.stringify(code)}`,
    status: 200,
    body: said({ verified: true, code }),
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.2.3 does not take an error under 200 for anything',
    status: 200,
    body: () => fault(3003),
    outcome: failed('provider_protocol'),
  },
  ...[401, 403, 404, 409, 422].map(status => ({
    title: `9.2.4 goes by the code: 4001 means the same under ${String(status)}`,
    status,
    body: () => fault(4001),
    outcome: rejected('unknown_evidence', { code: 4001 }),
  })),
  ...['3003', 3003.5, null, [3003]].map(code => ({
    title: `9.2.4 does not read the code ${JSON.stringify(code)}`,
    status: 400,
    body: () => fault(code),
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.2.4 does not believe a code that is not documented',
    status: 400,
    body: () => fault(9999),
    outcome: failed('provider_protocol'),
  },
  {
    title: '9.2.5 does not pass for an id that came back as a number',
    status: 200,
    body: messageId => ENGAGELAB.verified(Number(messageId), CODE),
    outcome: failed('provider_protocol'),
  },
  {
    title: '9.2.5 does not pass for a code that came back as a number',
    status: 200,
    body: messageId => ENGAGELAB.verified(messageId, Number(CODE)),
    outcome: failed('provider_protocol'),
  },
  {
    title: '9.2.9 does not pass for another message',
    status: 200,
    body: () => ENGAGELAB.verified('1', CODE),
    outcome: failed('provider_protocol'),
  },
  {
    title: '9.2.9 does not pass for another code',
    status: 200,
    body: messageId => ENGAGELAB.verified(messageId, '000000'),
    outcome: failed('provider_protocol'),
  },
];

/** Plays EngageLab: every message gets a fresh id, and the right code is {@link CODE}. */
function playing(verification: (seen: { message_id: string; verify_code: string }) => unknown): {
  script: Script;
  sent: string[];
} {
  const sent: string[] = [];
  const script: Script = (request: SeenRequest, response) => {
    if (request.path === ENGAGELAB.messages) {
      sent.push(freshMessageId());
      reply(200, ENGAGELAB.sent(sent.at(-1)))(request, response);
      return;
    }
    const seen = JSON.parse(request.body) as { message_id: string; verify_code: string };
    reply(200, { ...seen, verified: verification(seen) })(request, response);
  };
  return { script, sent };
}

describe('EngageLab', () => {
  let stub: StubServer;
  let running: OpenModule;
  let otp: EngageLabOtpService;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await open({
      http: { retries: 0 },
      providers: {
        engagelab: { devKey: 'jiguangdev', devSecret: 'dev_secret', baseUrl: stub.url, sendLimit: false },
      },
    });
    otp = running.app.get(EngageLabOtpService);
  });
  beforeEach(() => {
    running.logger.lines.length = 0;
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  describe('POST /v1/verifications', () => {
    it.each([...DOCUMENTED, ...DECIDED])('$title', async ({ status, body, outcome }) => {
      const messageId = freshMessageId();
      stub.reset(reply(status, body(messageId)));
      expect(await outcomeOf(otp.verify({ messageId, verifyCode: CODE }))).toEqual(outcome);
      expectRequests(stub.seen, {
        method: 'POST',
        path: ENGAGELAB.verifications,
        headers: HEADERS,
        body: { message_id: messageId, verify_code: CODE },
      });
    });

    it('9.2.5 keeps all 19 digits of a message id, and leading zeros of a code', async () => {
      const messageId = '1725407449772531713';
      stub.reset(reply(200, ENGAGELAB.verified(messageId, '000123')));
      await otp.verify({ messageId, verifyCode: '000123' });
      expect(stub.seen[0]!.body).toBe('{"message_id":"1725407449772531713","verify_code":"000123"}');
    });

    it.each([667090, ['667090'], {}, null, '', ' '])('9.2.5 asks nothing about the code %j', async value => {
      stub.reset();
      const evidence = { messageId: freshMessageId(), verifyCode: value as string };
      expect(await outcomeOf(otp.verify(evidence))).toEqual(failed('evidence_missing'));
      expect(stub.seen).toEqual([]);
    });

    it.each(['123', '12345678901', 'ｆｕｌｌ', '12"3', '１２３', 'ab1234', '1234 or 5678'])(
      '9.2.8 asks nothing about the code "%s", and counts no guess',
      async verifyCode => {
        const messageId = freshMessageId();
        stub.reset(reply(200, said({ verified: true })(messageId)));
        for (let guess = 0; guess < 6; guess++) {
          expect(await outcomeOf(otp.verify({ messageId, verifyCode }))).toEqual(
            rejected('malformed_evidence'),
          );
        }
        expect(stub.seen).toEqual([]);
        expect(await outcomeOf(otp.verify({ messageId, verifyCode: CODE }))).toEqual(
          accepted('phone_verified'),
        );
      },
    );

    it('9.2.7 makes five guesses per message, also when they come at once', async () => {
      const messageId = freshMessageId();
      stub.reset(reply(200, said({ verified: false })(messageId)));
      const guesses = Array.from({ length: 50 }, () => otp.verify({ messageId, verifyCode: CODE }));
      const reasons = (await Promise.all(guesses)).map(each => each.outcome === 'rejected' && each.reason);
      expect(reasons.filter(reason => reason === 'wrong_code')).toHaveLength(5);
      expect(reasons.filter(reason => reason === 'too_many_attempts')).toHaveLength(45);
      expect(stub.seen).toHaveLength(5);
    });

    it.each([2001, 2002, 2004])('9.2.11 calls %s an error of the operator', async code => {
      stub.reset(reply(401, fault(code)));
      await expect(otp.verify({ messageId: freshMessageId(), verifyCode: CODE })).rejects.toMatchObject({
        code: 'provider_refused',
      });
      expect(running.logger.lines).toEqual([expect.stringMatching(`^error .*${String(code)}`)]);
    });

    it.each([3001, 3002])('9.2.8 warns the operator of %s', async code => {
      stub.reset(reply(400, fault(code)));
      await otp.verify({ messageId: freshMessageId(), verifyCode: CODE });
      expect(running.logger.lines).toEqual([expect.stringMatching(`^warn .*${String(code)}`)]);
    });
  });

  describe('a challenge', () => {
    it('9.2.6 binds a code to whom it was sent, and the message id stays here', async () => {
      const { script, sent } = playing(({ verify_code }) => verify_code === CODE);
      stub.reset(script);
      const challenge = await otp.send({ to: '+4512345678', templateId: 't', purpose: 'login' });
      expect(JSON.stringify(challenge)).not.toContain(sent[0]);
      const evidence = { challengeId: challenge.challengeId, verifyCode: CODE };
      expect(await otp.verify(evidence, { purpose: 'login' })).toMatchObject({
        outcome: 'accepted',
        claims: ['phone_verified'],
        recipient: '+4512345678',
      });
      expect(JSON.parse(stub.seen[1]!.body)).toEqual({ message_id: sent[0], verify_code: CODE });
    });

    it('9.2.6 is deleted after a success', async () => {
      const { script } = playing(() => true);
      stub.reset(script);
      const { challengeId } = await otp.send({ to: 'a@shop.example', templateId: 't' });
      const evidence = { challengeId, verifyCode: CODE };
      expect(await outcomeOf(otp.verify(evidence, { claims: ['email_verified'] }))).toEqual(
        accepted('email_verified'),
      );
      expect(await outcomeOf(otp.verify(evidence))).toEqual(rejected('unknown_evidence'));
      expect(stub.seen).toHaveLength(2);
    });

    it.each([undefined, 'signup'])('9.2.6 that was sent for %j does not serve for login', async purpose => {
      const { script } = playing(() => true);
      stub.reset(script);
      const { challengeId } = await otp.send({
        to: '+4512345678',
        templateId: 't',
        ...(purpose === undefined ? {} : { purpose }),
      });
      const verdict = otp.verify({ challengeId, verifyCode: CODE }, { purpose: 'login' });
      expect(await outcomeOf(verdict)).toEqual(rejected('unknown_evidence'));
      expect(stub.seen).toHaveLength(1);
    });

    it.each(['made-up', '1725407449772531712', '__proto__'])('9.2.6 is not "%s"', async challengeId => {
      stub.reset(playing(() => true).script);
      expect(await outcomeOf(otp.verify({ challengeId, verifyCode: CODE }))).toEqual(
        rejected('unknown_evidence'),
      );
      expect(stub.seen).toEqual([]);
    });
  });

  describe('POST /v1/messages', () => {
    let count = 0;
    const message = (): EngageLabOtpMessage => ({
      to: `+4520${String(count++).padStart(6, '0')}`,
      templateId: 't1',
    });

    it('writes what the document wants', async () => {
      stub.reset(reply(200, ENGAGELAB.sent(freshMessageId(), 'whatsapp')));
      const params = { name: 'Ada', quote: '"' };
      const to = '+4512345678';
      const challenge = await otp.send({ to, templateId: 't1', language: 'zh_CN', params, purpose: 'login' });
      expect(challenge).toEqual({
        challengeId: expect.stringMatching(/^[\w-]{32}$/),
        channel: 'whatsapp',
        expiresAt: expect.any(Date),
      });
      expectRequests(stub.seen, {
        method: 'POST',
        path: ENGAGELAB.messages,
        headers: HEADERS,
        body: { to, template: { id: 't1', language: 'zh_CN', params } },
      });
    });

    it('says "default" where no language is given', async () => {
      stub.reset(reply(200, ENGAGELAB.sent(freshMessageId())));
      await otp.send({ to: 'a@shop.example', templateId: 't1' });
      expect(JSON.parse(stub.seen[0]!.body)).toMatchObject({ template: { language: 'default', params: {} } });
    });

    it.each(['whatsapp', 'sms', 'email', 'voice'])('names the channel %s', async send_channel => {
      stub.reset(reply(200, { ...ENGAGELAB.sent(freshMessageId()), send_channel }));
      expect(await otp.send(message())).toMatchObject({ channel: send_channel });
    });

    it.each(['pigeon', 1, undefined, 'toString'])('calls the channel %j unknown', async send_channel => {
      stub.reset(reply(200, { ...ENGAGELAB.sent(freshMessageId()), send_channel }));
      expect(await otp.send(message())).toMatchObject({ channel: 'unknown' });
    });

    it.each<[number, number, ReturnType<typeof failed>]>([
      [500, 1000, failed('provider_unavailable')],
      [401, 2001, failed('provider_refused')],
      [401, 2002, failed('provider_refused')],
      [403, 2004, failed('provider_refused')],
      [400, 3001, failed('provider_refused')],
      [400, 3002, failed('provider_refused')],
      [400, 3003, failed('provider_refused')],
      [400, 3004, failed('recipient_limited', 600_000)],
      [400, 4001, failed('provider_refused')],
      [400, 5001, failed('provider_unavailable')],
      [400, 5011, failed('recipient_rejected')],
      [400, 5012, failed('recipient_rejected')],
      [400, 5013, failed('recipient_rejected')],
      [400, 5014, failed('provider_refused')],
      [400, 5015, failed('recipient_rejected')],
      [400, 5016, failed('provider_unavailable')],
      [400, 5017, failed('provider_refused')],
      [400, 5018, failed('recipient_rejected')],
      [400, 5019, failed('recipient_rejected')],
      [400, 5020, failed('recipient_rejected')],
      [400, 9999, failed('provider_protocol')],
      [429, 1, failed('provider_rate_limited')],
    ])('sends nothing on %s %s', async (status, code, outcome) => {
      stub.reset(reply(status, fault(code)));
      expect(await outcomeOf(otp.send(message()) as never)).toEqual(outcome);
      expect(stub.seen).toHaveLength(1);
    });

    it.each([1725407449772531712, '', null, undefined, ['1'], 'a b', 'x'.repeat(129), '1\n2'])(
      'does not believe the message id %j',
      async message_id => {
        stub.reset(reply(200, { ...ENGAGELAB.sent('1'), message_id }));
        expect(await outcomeOf(otp.send(message()) as never)).toEqual(failed('provider_protocol'));
      },
    );

    it('does not believe a message that comes with the code of an error', async () => {
      stub.reset(reply(200, { ...fault(5012), ...ENGAGELAB.sent(freshMessageId()) }));
      expect(await outcomeOf(otp.send(message()) as never)).toEqual(failed('provider_protocol'));
    });

    it.each([201, 302, 404])('does not believe a message under %s', async status => {
      stub.reset(reply(status, ENGAGELAB.sent(freshMessageId())));
      expect(await outcomeOf(otp.send(message()) as never)).toEqual(failed('provider_protocol'));
    });

    it.each([
      '',
      '12345678',
      '+0123456',
      '+45 123',
      '20 12 34 56',
      'a@b@c',
      '@b',
      'a@',
      45,
      ['+4512345678'],
      null,
    ])('does not write to %j', async to => {
      stub.reset();
      const wrong = { to: to as string, templateId: 't1' };
      expect(await outcomeOf(otp.send(wrong) as never)).toEqual(failed('recipient_malformed'));
      expect(stub.seen).toEqual([]);
    });

    it.each(['', 'x'.repeat(129), 7])('does not send the template %j', async templateId => {
      stub.reset();
      const wrong = { to: '+4512345678', templateId: templateId as string };
      expect(await outcomeOf(otp.send(wrong) as never)).toEqual(failed('configuration'));
      expect(stub.seen).toEqual([]);
    });
  });
});

describe('EngageLab, asking again', () => {
  let stub: StubServer;
  let running: OpenModule;
  let otp: EngageLabOtpService;
  const now = { 'retry-after': '0' };

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await open({
      providers: { engagelab: { devKey: 'k', devSecret: 's', baseUrl: stub.url, sendLimit: false } },
    });
    otp = running.app.get(EngageLabOtpService);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it.each<[string, Script]>([
    ['500 / 1000', reply(500, fault(1000), now)],
    ['a lost answer', (_, response) => void response.socket?.destroy()],
  ])('9.2.10 neither guesses nor sends twice after %s', async (_, script) => {
    stub.reset(script);
    const outcome = await outcomeOf(otp.verify({ messageId: freshMessageId(), verifyCode: CODE }));
    expect(outcome).toMatchObject({ code: 'provider_unavailable' });
    await expect(otp.send({ to: '+4512345678', templateId: 't' })).rejects.toMatchObject({
      code: 'provider_unavailable',
    });
    expect(stub.seen.map(({ path }) => path)).toEqual(['/v1/verifications', '/v1/messages']);
  });

  it('9.2.10 repeats after 429, and a 3003 that follows stays a no', async () => {
    stub.reset((request, response) => {
      (stub.seen.length === 1 ? reply(429, {}, now) : reply(400, fault(3003)))(request, response);
    });
    const outcome = await outcomeOf(otp.verify({ messageId: freshMessageId(), verifyCode: CODE }));
    expect(outcome).toEqual(rejected('expired_or_replayed', { code: 3003 }));
    expect(stub.seen).toHaveLength(2);
  });
});

describe('EngageLab, with an alphabet', () => {
  let stub: StubServer;
  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterAll(() => stub.stop());

  it.each([
    ['digits', undefined, '667 090', '667090'],
    ['upper case', '0123456789ABCDEF', 'code: 12ab34', '12AB34'],
    ['lower case', '0123456789abcdef', '12AB34', '12ab34'],
    ['both cases', '0123456789abcdefABCDEF', '12aB34', '12aB34'],
  ])('asks about a code of %s as the template makes it', async (_, alphabet, typed, sent) => {
    const { app } = await open({
      providers: {
        engagelab: { devKey: 'k', devSecret: 's', baseUrl: stub.url, ...(alphabet && { alphabet }) },
      },
    });
    const messageId = freshMessageId();
    stub.reset(reply(200, ENGAGELAB.verified(messageId, sent)));
    const service = app.get(EngageLabOtpService);
    expect(await outcomeOf(service.verify({ messageId, verifyCode: typed }))).toEqual(
      accepted('phone_verified'),
    );
    await app.close();
  });
});
