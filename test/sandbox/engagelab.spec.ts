import { describe, expect, it } from '@jest/globals';
import { post, SandboxFixture } from './sandbox.fixture.js';

const fixture = new SandboxFixture();
const PHONE = '+4512345678';
const basic = (credentials: string) => ({
  authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
});
const AUTH = basic('sandbox_demo_key:sandbox_demo_secret');
const call = (path: string, body: unknown, headers: Record<string, string> = AUTH) =>
  post(`${fixture.sandbox.baseUrls.engagelab}${path}`, body, headers);
const send = (to = PHONE) => call('/v1/messages', { to, template: { id: 'sandbox-otp' } });
const verify = (message_id: unknown, verify_code: unknown) =>
  call('/v1/verifications', { message_id, verify_code });

describe.each(['/v1/messages', '/v1/codes', '/v1/verifications'])('EngageLab callers of %s', path => {
  it.each([
    ['no credentials', {}],
    ['a bearer token', { authorization: 'Bearer x' }],
    ['a wrong secret', basic('sandbox_demo_key:x')],
    ['a wrong key', basic('x:sandbox_demo_secret')],
    ['no base64', { authorization: 'Basic ???' }],
  ])('%s is 401 code 2001', async (_, headers) => {
    const { status, json } = await call(path, {}, headers);
    expect([status, json.code, typeof json.message]).toEqual([401, 2001, 'string']);
  });

  it.each([
    ['disabled', 401, 2002],
    ['forbidden', 403, 2004],
  ] as const)('a %s account is %d code %d', async (account, status, code) => {
    fixture.sandbox.engagelab.setAccount(account);
    const answer = await call(path, {});
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });
});

describe('EngageLab messages', () => {
  it.each([
    [PHONE, 'sms'],
    ['someone@mail.example', 'email'],
  ])('to %s goes out by %s under a 19-digit string id', async (to, channel) => {
    const { status, json } = await send(to);
    expect(status).toBe(200);
    expect(json).toEqual({ message_id: expect.stringMatching(/^\d{19}$/), send_channel: channel });
  });

  it('language and params of the template are accepted', async () => {
    const template = { id: 'sandbox-otp', language: 'en', params: { brand: 'Shop' } };
    expect((await call('/v1/messages', { to: PHONE, template })).status).toBe(200);
  });

  it.each([
    ['no JSON', '{', 3001],
    ['an array', [], 3001],
    ['a number as recipient', { to: 4512345678, template: { id: 'sandbox-otp' } }, 3001],
    ['a list as template', { to: PHONE, template: [] }, 3001],
    ['a number as template id', { to: PHONE, template: { id: 1 } }, 3001],
    ['a list as params', { to: PHONE, template: { id: 'sandbox-otp', params: [] } }, 3001],
    ['no recipient', { template: { id: 'sandbox-otp' } }, 3002],
    ['no template', { to: PHONE }, 3002],
    ['no template id', { to: PHONE, template: {} }, 3002],
    ['a phone without country code', { to: '12345678', template: { id: 'sandbox-otp' } }, 3002],
    ['an unknown language', { to: PHONE, template: { id: 'sandbox-otp', language: 'da' } }, 3002],
    ['a number among params', { to: PHONE, template: { id: 'sandbox-otp', params: { a: 1 } } }, 3002],
    ['an unknown template', { to: PHONE, template: { id: 'other' } }, 4001],
    ['a template named like a prototype', { to: PHONE, template: { id: '__proto__' } }, 4001],
  ])('%s is 400 and sends nothing', async (_, body, code) => {
    const { status, json } = await call('/v1/messages', body);
    expect([status, json.code, fixture.sandbox.engagelab.inbox(PHONE)]).toEqual([400, code, []]);
  });

  it('goes out again while the last code is valid, unless the sandbox was told otherwise', async () => {
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
  });

  it('the inbox shows what each recipient received, oldest first', async () => {
    const ids = [(await send()).json.message_id, (await send()).json.message_id];
    await send('+4587654321');
    const inbox = fixture.sandbox.engagelab.inbox(PHONE);
    expect(inbox.map(message => message.messageId)).toEqual(ids);
    expect(inbox[1]).toEqual({
      messageId: ids[1],
      to: PHONE,
      code: expect.stringMatching(/^\d{6}$/),
      expiresAt: fixture.now + 600_000,
    });
    expect(fixture.sandbox.engagelab.lastCode(PHONE)).toBe(inbox[1]?.code);
  });

  it('lastCode and expire of something unknown throw', () => {
    expect(() => fixture.sandbox.engagelab.lastCode('x')).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
    expect(() => {
      fixture.sandbox.engagelab.expire('x');
    }).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});

describe('EngageLab verifications', () => {
  const sent = async () => {
    const id = (await send()).json.message_id as string;
    return { id, code: fixture.sandbox.engagelab.lastCode(PHONE) };
  };

  it('the right code is 200 verified and echoed', async () => {
    const { id, code } = await sent();
    const { status, json } = await verify(id, code);
    expect(status).toBe(200);
    expect(json).toEqual({ message_id: id, verify_code: code, verified: true });
  });

  it('a wrong code is 200 not verified, and the right one still works after it', async () => {
    const { id, code } = await sent();
    const wrong = code === '000000' ? '000001' : '000000';
    const answer = await verify(id, wrong);
    expect([answer.status, answer.json]).toEqual([
      200,
      { message_id: id, verify_code: wrong, verified: false },
    ]);
    expect((await verify(id, code)).json.verified).toBe(true);
  });

  it('a verified code is 400 code 3003 from then on', async () => {
    const { id, code } = await sent();
    await verify(id, code);
    const { status, json } = await verify(id, code);
    expect([status, json.code]).toEqual([400, 3003]);
  });

  it('of two concurrent right answers one is verified', async () => {
    const { id, code } = await sent();
    const answers = await Promise.all([verify(id, code), verify(id, code)]);
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 400]);
  });

  it('a code is 400 code 3003 ten minutes after it was sent', async () => {
    const { id, code } = await sent();
    fixture.now += 599_999;
    expect((await verify(id, 'wrong')).status).toBe(200);
    fixture.now += 1;
    expect((await verify(id, code)).json.code).toBe(3003);
  });

  it('expire() ends a code at once', async () => {
    const { id, code } = await sent();
    fixture.sandbox.engagelab.expire(id);
    expect((await verify(id, code)).json.code).toBe(3003);
  });

  it('the code of one message does not verify another', async () => {
    const [first, second] = [await sent(), await sent()];
    if (first.code === second.code) return;
    expect((await verify(first.id, second.code)).json.verified).toBe(false);
  });

  it.each([
    ['no JSON', 'x', 3001],
    ['an array', [], 3001],
    ['a number as message_id', { message_id: 1725407449772531712, verify_code: '667090' }, 3001],
    ['a number as verify_code', { message_id: '1725407449772531712', verify_code: 667090 }, 3001],
    ['no verify_code', { message_id: '1725407449772531712' }, 3002],
    ['no message_id', { verify_code: '667090' }, 3002],
    ['members of the prototype only', '{"__proto__":{"message_id":"1","verify_code":"1234"}}', 3002],
    ['an empty message_id', { message_id: '', verify_code: '667090' }, 3002],
    ['a code that cannot be one', { message_id: '1', verify_code: "1' OR 1=1" }, 3002],
    ['an unknown message', { message_id: '1725407449772531712', verify_code: '667090' }, 4001],
    ['a message named like a prototype', { message_id: 'constructor', verify_code: '667090' }, 4001],
  ])('%s is 400 with its code', async (_, body, code) => {
    const { status, json } = await call('/v1/verifications', body);
    expect([status, json.code]).toEqual([400, code]);
  });
});

describe('EngageLab codes of the application', () => {
  const sendCode = (code: unknown, to = PHONE) =>
    call('/v1/codes', { to, code, template: { id: 'sandbox-otp' } });

  it.each(['1234', '004211', 'aB3dE5gH7j'])('%s goes out as it is', async code => {
    const { status, json } = await sendCode(code);
    expect([status, json]).toEqual([
      200,
      { message_id: expect.stringMatching(/^\d{19}$/), send_channel: 'sms' },
    ]);
    expect(fixture.sandbox.engagelab.lastCode(PHONE)).toBe(code);
  });

  it.each([
    [undefined, 3002],
    [123456, 3001],
    ['123', 3002],
    ['12345678901', 3002],
    ['12 34', 3002],
  ])('%j is 400 and sends nothing', async (code, error) => {
    const { status, json } = await sendCode(code);
    expect([status, json.code, fixture.sandbox.engagelab.inbox(PHONE)]).toEqual([400, error, []]);
  });

  it('need what every message needs', async () => {
    expect((await sendCode('1234', '12345678')).json.code).toBe(3002);
    expect((await call('/v1/codes', { to: PHONE, code: '1234', template: { id: 'other' } })).json.code).toBe(
      4001,
    );
  });

  it('are no messages to verify here: 400 code 4001', async () => {
    const id = (await sendCode('1234')).json.message_id;
    const { status, json } = await verify(id, '1234');
    expect([status, json.code]).toEqual([400, 4001]);
  });
});

describe('EngageLab where it refuses to send again', () => {
  const strict = new SandboxFixture({
    refuseResend: { engagelab: true },
    expiresInMs: { engagelab: 60_000 },
  });
  const ask = (path: string, body: object) => post(`${strict.sandbox.baseUrls.engagelab}${path}`, body, AUTH);
  const send = (to = PHONE) => ask('/v1/messages', { to, template: { id: 'sandbox-otp' } });
  const isRefused = async (answer: ReturnType<typeof send>) => {
    const { status, json } = await answer;
    return status === 400 && json.code === 3004;
  };

  it('answers 3004 until the code ends, to this recipient only', async () => {
    expect(await isRefused(send())).toBe(false);
    strict.now += 59_999;
    expect(await isRefused(send())).toBe(true);
    expect(
      await isRefused(ask('/v1/codes', { to: PHONE, code: '1234', template: { id: 'sandbox-otp' } })),
    ).toBe(true);
    expect(await isRefused(send('+4587654321'))).toBe(false);
    expect(strict.sandbox.engagelab.inbox(PHONE)).toHaveLength(1);
    strict.now += 1;
    expect(await isRefused(send())).toBe(false);
  });

  it.each<[string, (messageId: string) => unknown]>([
    [
      'was used',
      id =>
        ask('/v1/verifications', { message_id: id, verify_code: strict.sandbox.engagelab.lastCode(PHONE) }),
    ],
    [
      'was ended',
      id => {
        strict.sandbox.engagelab.expire(id);
      },
    ],
  ])('sends again once the code %s', async (_, end) => {
    await end(String((await send()).json.message_id));
    expect(await isRefused(send())).toBe(false);
  });
});

describe('EngageLab codes of a template with another life', () => {
  const brief = new SandboxFixture({ expiresInMs: { engagelab: 60_000 } });

  it('expire when the sandbox was told', async () => {
    const url = `${brief.sandbox.baseUrls.engagelab}/v1`;
    await post(`${url}/messages`, { to: PHONE, template: { id: 'sandbox-otp' } }, AUTH);
    const [{ messageId, code, expiresAt } = {}] = brief.sandbox.engagelab.inbox(PHONE);
    expect(expiresAt).toBe(brief.now + 60_000);
    brief.now += 60_000;
    const body = { message_id: messageId, verify_code: code };
    expect((await post(`${url}/verifications`, body, AUTH)).json.code).toBe(3003);
  });
});
