import { describe, expect, it } from '@jest/globals';
import type { Fault } from 'nestjs-verification/sandbox';
import { ask, post, SandboxFixture } from './sandbox.fixture.js';

const fixture = new SandboxFixture();
const inject = (fault: Omit<Fault, 'provider'>, provider: Fault['provider'] = 'humanproof') => {
  fixture.sandbox.faults.inject({ provider, ...fault });
};
const verify = (token: string) =>
  post(`${fixture.sandbox.baseUrls.humanproof}/api/siteverify`, {
    secret: 'hp_sandbox_demo_secret',
    response: token,
  });
const issue = () => fixture.sandbox.humanproof.issueToken();
const isSpent = async (token: string) => (await verify(token)).json.success === false;

describe('a fault', () => {
  it.each<[string, Omit<Fault, 'provider'>]>([
    ['status', { status: 503 }],
    ['documented error', { error: 402 }],
    ['body', { body: '<html>' }],
    ['drop before the reply', { drop: 'before-reply' }],
    ['drop in mid-reply', { drop: 'mid-reply' }],
  ])('with %s spends nothing', async (_, fault) => {
    const token = issue();
    inject(fault);
    await verify(token).catch(() => undefined);
    expect(await isSpent(token)).toBe(false);
  });

  it.each<[string, Omit<Fault, 'provider'>]>([
    ['status', { status: 503, after: true }],
    ['documented error', { error: 402, after: true }],
    ['body', { body: '<html>', after: true }],
    ['drop before the reply', { drop: 'before-reply', after: true }],
    ['drop in mid-reply', { drop: 'mid-reply', after: true }],
  ])('with %s after the work has spent the proof', async (_, fault) => {
    const token = issue();
    inject(fault);
    await verify(token).catch(() => undefined);
    expect(await isSpent(token)).toBe(true);
  });

  it('answers its status, headers and raw body', async () => {
    inject({ status: 502, body: '<html>', headers: { 'Content-Type': 'text/html', 'Retry-After': '3' } });
    const { status, text, headers } = await verify(issue());
    expect([status, text, headers.get('content-type'), headers.get('retry-after')]).toEqual([
      502,
      '<html>',
      'text/html',
      '3',
    ]);
  });

  it('with headers only decorates the real answer', async () => {
    inject({ headers: { 'x-cache': 'hit' } });
    const { json, headers } = await verify(issue());
    expect([json, headers.get('x-cache')]).toEqual([{ success: true }, 'hit']);
  });

  it('with a delay answers the real answer later', async () => {
    inject({ delayMs: 20 });
    const start = performance.now();
    expect((await verify(issue())).json).toEqual({ success: true });
    expect(performance.now() - start).toBeGreaterThan(15);
  });

  it('drops the connection before the reply', async () => {
    inject({ drop: 'before-reply' });
    await expect(verify(issue())).rejects.toThrow('fetch failed');
  });

  it('drops the connection in the middle of the real body', async () => {
    inject({ drop: 'mid-reply', after: true });
    const response = await fetch(`${fixture.sandbox.baseUrls.humanproof}/api/siteverify`, {
      method: 'POST',
      body: JSON.stringify({ secret: 'hp_sandbox_demo_secret', response: issue() }),
    });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '16']);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it.each([
    ['checkify', 500, { success: false, error: { code: 'server_error' } }],
    ['checkify', 503, { success: false, error: { code: 'server_error' } }],
    ['checkify', 401, { success: false, error: { code: 'missing_authorization' } }],
    ['checkify', 403, { success: false, error: { code: 'verification_failed' } }],
    ['checkify', 409, { error: { code: 'verification_failed', details: { reason: 'already_consumed' } } }],
    ['checkify', 410, { success: false, error: { code: 'result_expired' } }],
    ['checkify', 422, { success: false, error: { code: 'validation_errors' } }],
    ['checkify', 429, { success: false, error: { code: 'rate_limited' } }],
    ['engagelab', 400, { code: 3001 }],
    ['engagelab', 401, { code: 2001 }],
    ['engagelab', 403, { code: 2004 }],
    ['engagelab', 500, { code: 1000 }],
    ['engagelab', 502, { code: 1000 }],
    ['humanproof', 200, { success: false, error: 'Token not found' }],
    ['humanproof', 402, { success: false, error: 'Billing blocks verification' }],
    ['humanproof', 422, { success: false, error: 'Project engine is not configured' }],
    ['humanproof', 503, { success: false }],
    ['verifyid', 404, { age: null }],
    ['verifyid', 403, {}],
    ['verifyid', 500, {}],
  ] as const)('%s under a bare status %d speaks as documented', async (provider, status, body) => {
    inject({ status }, provider);
    const root = provider === 'checkify' || provider === 'engagelab' ? 'v1' : 'api';
    const answer = await ask(`${fixture.sandbox.baseUrls[provider]}/${root}/x`);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject(body);
  });

  it.each([
    ['verifyid', 'api/url_generator_s/key/device/18', 404, { url: null }],
    ['verifyid', 'api/url_generator_bankid/key/device/18', 404, { url: null }],
    ['verifyid', 'api/url_generator_bankid/key/device/18', 403, { url: null }],
    ['verifyid', 'api/auth_check/token/device', 404, { age: null }],
    ['checkify', 'v1/qr/pass/chk_1/start', 403, { error: { code: 'domain_not_allowed' } }],
    ['checkify', 'v1/qr/pass/chk_1/start', 429, { error: { code: 'rate_limited' } }],
    ['checkify', 'v1/qr/results/verify', 403, { error: { code: 'verification_failed' } }],
  ] as const)(
    '%s at %s under a bare status %d speaks as that endpoint',
    async (provider, path, status, body) => {
      inject({ status }, provider);
      const answer = await ask(`${fixture.sandbox.baseUrls[provider]}/${path}`);
      expect(answer.status).toBe(status);
      expect(answer.json).toMatchObject(body);
    },
  );

  it.each([
    ['engagelab', 'v1/messages', 3004, 400, { code: 3004 }],
    ['engagelab', 'v1/messages', '5018', 400, { code: 5018 }],
    ['engagelab', 'v1/codes', 5011, 400, { code: 5011 }],
    ['engagelab', 'v1/verifications', 3003, 400, { code: 3003 }],
    ['checkify', 'v1/qr/results/verify', 'result_expired', 410, { error: { code: 'result_expired' } }],
    ['checkify', 'v1/qr/results/verify', 'already_consumed', 409, { error: { code: 'verification_failed' } }],
    ['humanproof', 'api/siteverify', 402, 402, { success: false }],
    ['verifyid', 'api/auth_check/token/device', 404, 404, { age: null }],
    ['verifyid', 'api/url_generator_s/key/device/18', 404, 404, { url: null }],
  ] as const)('%s at %s answers the documented error %s', async (provider, path, error, status, body) => {
    inject({ error }, provider);
    const answer = await ask(`${fixture.sandbox.baseUrls[provider]}/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject(body);
  });

  it('takes another status for a documented error, where the API has two', async () => {
    inject({ error: 'missing_required_field', status: 422 }, 'checkify');
    const answer = await ask(`${fixture.sandbox.baseUrls.checkify}/v1/x`);
    expect([answer.status, answer.json.error.code]).toEqual([422, 'missing_required_field']);
  });

  it.each(['checkify', 'engagelab', 'humanproof', 'verifyid'] as const)(
    '%s under a status that it does not document says nothing',
    async provider => {
      inject({ status: 418 }, provider);
      const root = provider === 'checkify' || provider === 'engagelab' ? 'v1' : 'api';
      const answer = await ask(`${fixture.sandbox.baseUrls[provider]}/${root}/x`);
      expect([answer.status, answer.json]).toEqual([418, {}]);
    },
  );

  it('hits as many calls as it says, then no more', async () => {
    inject({ status: 500, times: 2 });
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await verify(issue())).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('waits for its turn behind an earlier one', async () => {
    inject({ status: 500 });
    inject({ status: 502 });
    expect([(await verify(issue())).status, (await verify(issue())).status]).toEqual([500, 502]);
  });

  it('without end lasts until the faults are cleared', async () => {
    inject({ status: 500, times: Infinity });
    await verify(issue());
    expect((await verify(issue())).status).toBe(500);
    fixture.sandbox.faults.clear();
    expect((await verify(issue())).status).toBe(200);
  });

  it('leaves the other APIs, the control surface and the person’s pages alone', async () => {
    inject({ status: 500, times: Infinity });
    inject({ status: 500, times: Infinity }, 'verifyid');
    const statuses = [
      (await ask(`${fixture.sandbox.baseUrls.checkify}/v1/qr/status`)).status,
      (await ask(`${fixture.sandbox.url}/control/humanproof/token`, { method: 'POST' })).status,
      (await ask(fixture.sandbox.verifyid.start().url)).status,
    ];
    expect(statuses).toEqual([404, 200, 200]);
  });

  it.each<[string, unknown]>([
    ['no object', 'x'],
    ['a list', []],
    ['an unknown provider', { provider: 'toString' }],
    ['no provider', {}],
    ['a member nobody knows', { provider: 'checkify', delay: 1 }],
    ['a negative delay', { provider: 'checkify', delayMs: -1 }],
    ['a status out of range', { provider: 'checkify', status: 99 }],
    ['a status as text', { provider: 'checkify', status: '500' }],
    ['an object as body', { provider: 'checkify', body: {} }],
    ['a header that breaks lines', { provider: 'checkify', headers: { a: 'x\r\ny: z' } }],
    ['a header name with a space', { provider: 'checkify', headers: { 'a b': 'x' } }],
    ['a content-length', { provider: 'checkify', headers: { 'Content-Length': '1' } }],
    ['no times', { provider: 'checkify', times: 0 }],
    ['an error that no API documents', { provider: 'engagelab', error: 9999 }],
    ['an error of another API', { provider: 'engagelab', error: 'result_expired' }],
    ['an error named like a prototype', { provider: 'checkify', error: 'constructor' }],
    ['an object as error', { provider: 'checkify', error: {} }],
    ['an unknown way to drop', { provider: 'checkify', drop: 'never' }],
  ])('with %s is refused', (_, fault) => {
    expect(() => {
      fixture.sandbox.faults.inject(fault as Fault);
    }).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
