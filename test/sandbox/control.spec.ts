import { describe, expect, it } from '@jest/globals';
import { ask, post, SandboxFixture } from './sandbox.fixture.js';

const fixture = new SandboxFixture();
const control = (method: string, path: string, init: RequestInit = {}) =>
  ask(`${fixture.sandbox.url}/control${path}`, { method, ...init });
const line = async (method: string, path: string, init?: RequestInit) => {
  const { status, text } = await control(method, path, init);
  expect([status, text]).toEqual([200, expect.stringMatching(/^[^\n]+\n$/)]);
  return text.trimEnd();
};
const verify = (request_id: string) =>
  post(
    `${fixture.sandbox.baseUrls.checkify}/v1/qr/results/verify`,
    { request_id },
    { authorization: 'Bearer csk_sandbox_demo' },
  );

describe('the control surface', () => {
  it('prints the request id of an approved session of the type asked for', async () => {
    const { json } = await verify(await line('POST', '/checkify/approved?type=age_over_18'));
    expect(json.approved_claims).toEqual({ age_over_18: true });
  });

  it('takes a session from started to approved to expired', async () => {
    const requestId = await line('POST', '/checkify/started');
    expect((await verify(requestId)).json.status).toBe('pending');
    await line('POST', `/checkify/approve/${requestId}`);
    expect((await verify(requestId)).json.status).toBe('completed');
    await line('POST', `/checkify/expire/${requestId}`);
    expect((await verify(requestId)).status).toBe(410);
  });

  it.each(['+4512345678', '%2B4512345678'])('prints the last code sent to %s', async to => {
    const authorization = `Basic ${Buffer.from('sandbox_demo_key:sandbox_demo_secret').toString('base64')}`;
    const body = { to: '+4512345678', template: { id: 'sandbox-otp' } };
    await post(`${fixture.sandbox.baseUrls.engagelab}/v1/messages`, body, { authorization });
    expect(await line('GET', `/engagelab/code?to=${to}`)).toBe(
      fixture.sandbox.engagelab.lastCode('+4512345678'),
    );
  });

  it('prints a HumanProof token that is accepted', async () => {
    const response = await line('POST', '/humanproof/token');
    const url = `${fixture.sandbox.baseUrls.humanproof}/api/siteverify`;
    expect((await post(url, { secret: 'hp_sandbox_demo_secret', response })).json.success).toBe(true);
  });

  it.each(['url', 'deviceId'] as const)('prints the token of a VerifyID login found by %s', async key => {
    const started = fixture.sandbox.verifyid.start();
    const token = await line('POST', `/verifyid/login?url=${encodeURIComponent(started[key])}&age=17`);
    const { json } = await ask(
      `${fixture.sandbox.baseUrls.verifyid}/api/auth_check/${token}/${started.deviceId}`,
    );
    expect(json).toEqual({ age: 16 });
  });

  it('injects and clears faults', async () => {
    const fault = JSON.stringify({ provider: 'checkify', status: 503, times: 9 });
    await line('POST', '/faults', { body: fault });
    expect((await verify('x')).status).toBe(503);
    await line('DELETE', '/faults');
    expect((await verify('x')).status).toBe(404);
  });

  it.each([
    ['POST', '/checkify/approved?type=robot', 400],
    ['POST', '/checkify/approve/unknown', 404],
    ['POST', '/checkify/expire/__proto__', 404],
    ['GET', '/engagelab/code', 404],
    ['POST', '/verifyid/login?url=x&age=21', 404],
    ['POST', '/verifyid/login?url=x&age=old', 400],
    ['POST', '/faults', 400],
    ['GET', '/humanproof/token', 404],
    ['GET', '', 404],
    ['GET', '/', 404],
    ['POST', '/nothing', 404],
  ])('%s %s is %d in plain text', async (method, path, status) => {
    const answer = await control(method, path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('text/plain'),
    ]);
  });

  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://localhost.evil.example', 403],
    ['http://localhost:3000', 200],
    ['http://127.0.0.1:3000', 200],
  ])('for a page of %s is %d', async (origin, status) => {
    expect((await control('POST', '/humanproof/token', { headers: { origin } })).status).toBe(status);
  });
});
