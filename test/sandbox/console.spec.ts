import { afterEach, describe, expect, it } from '@jest/globals';
import { ask, askRaw, loadedBy, post, SandboxFixture } from './sandbox.fixture.js';
import type { LoggedCall } from '../../lib/src/sandbox/call-log.js';
import { EventReader } from './event-reader.js';

const fixture = new SandboxFixture();
const DEVICE = '2f1c3a52-8f0e-4c0b-9d55-0a7f1f0c1a11';
const BASIC = `Basic ${Buffer.from('sandbox_demo_key:sandbox_demo_secret').toString('base64')}`;
const readers: EventReader[] = [];

interface Message {
  title: string;
  note: string;
  state: string;
}

const listen = async (path = '/console/events') => {
  const reader = await EventReader.open(fixture.sandbox.url + path);
  readers.push(reader);
  return reader;
};
const press = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  post(`${fixture.sandbox.url}/console${path}`, body ?? '', { origin: fixture.sandbox.url, ...headers });
const verify = (request_id: string, headers = { authorization: 'Bearer csk_sandbox_demo' }) =>
  post(
    `${fixture.sandbox.baseUrls.checkify}/v1/qr/results/verify`,
    { request_id, required_claims: ['human_verified'] },
    headers,
  );
const send = (to = '+4520123456') =>
  post(
    `${fixture.sandbox.baseUrls.engagelab}/v1/messages`,
    { to, template: { id: 'sandbox-otp' } },
    { authorization: BASIC },
  );

afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

describe('every page', () => {
  const page = (path: string) => ask(fixture.sandbox.url + path, { headers: { accept: 'text/html' } });

  it.each([
    ['the console', () => '/console'],
    ['the inbox', () => '/inbox'],
    ['a login', () => new URL(fixture.sandbox.verifyid.start().url).pathname],
    ['a login that is over', () => '/verifyid/verify/x'],
    ['a phone', () => new URL(fixture.sandbox.checkify.start().qrUrl).pathname],
    ['a phone without a session', () => '/checkify/qr/x'],
  ])('of %s runs nothing inline and nothing of others, in nobody’s frame', async (_, path) => {
    const { headers, text } = await page(path());
    const policy = headers.get('content-security-policy') ?? '';
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const directive of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"])
      expect(policy.split('; ')).toContain(directive);
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(text).not.toMatch(/<script>|<style|\sstyle=|\son[a-z]+=|javascript:/i);
    expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual([
      'no-referrer',
      'no-store',
    ]);
  });

  it.each(['/console', '/inbox'])('%s loads nothing that is missing', async path => {
    const loaded = await loadedBy(fixture.sandbox.url + path);
    expect(loaded.size).toBeGreaterThan(5);
    expect([...loaded].filter(([, status]) => status !== 200)).toEqual([]);
    for (const url of loaded.keys()) {
      const { headers } = await ask(url);
      expect([url, headers.get('x-content-type-options')]).toEqual([url, 'nosniff']);
    }
  });

  it('shows a return address as text', async () => {
    const { url } = fixture.sandbox.verifyid.start({ returnUrl: `http://a&b'c"d.example/` });
    const { text } = await page(new URL(url).pathname);
    expect(text).toContain('<strong>a&#38;b&#39;c&#34;d.example</strong>');
  });
});

describe('who may use the console', () => {
  const PATHS = ['/console', '/console/events', '/inbox', '/inbox/events', '/assets/page.css'];

  it.each(PATHS)('%s is refused under a rebound name', async path => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:4010'])
      expect(await askRaw(fixture.sandbox.url, path, { host })).toBe(403);
  });

  it.each([
    ['a foreign page', () => 'https://evil.example', 403],
    ['a page without an origin', () => 'null', 403],
    ['another page of this machine', () => 'http://localhost:3000', 403],
    ['the same port under another name', () => fixture.sandbox.url.replace('127.0.0.1', 'localhost'), 403],
    ['the same name over TLS', () => fixture.sandbox.url.replace('http:', 'https:'), 403],
    ['itself', () => fixture.sandbox.url, 200],
  ])('%s that posts gets %s', async (_, origin, status) => {
    const { requestId } = fixture.sandbox.checkify.start();
    expect((await press(`/checkify/${requestId}/approve`, '', { origin: origin() })).status).toBe(status);
    expect((await verify(requestId)).json.success).toBe(status === 200);
  });

  it('a post that does not say where it comes from is refused', async () => {
    expect((await post(`${fixture.sandbox.url}/console/faults/checkify/clear`, '')).status).toBe(403);
  });

  it.each(PATHS)('%s is not for other pages to read', async path => {
    const { status, headers } = await ask(fixture.sandbox.url + path, {
      headers: { origin: 'http://localhost:3000' },
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

describe('the console lists', () => {
  it('each call with time, API, endpoint, outcome and duration', async () => {
    await verify('unknown');
    const [call] = await (await listen()).list<LoggedCall>('calls');
    expect(call).toEqual({
      id: 1,
      at: fixture.now,
      provider: 'checkify',
      method: 'POST',
      path: '/v1/qr/results/verify',
      credential: 'Bearer csk_…',
      outcome: { text: '404 result_not_found', tone: 'no' },
      durationMs: expect.any(Number),
    });
  });

  it('calls as they come, newest first, and again after a reload', async () => {
    const reader = await listen();
    await verify('one');
    await send();
    const isComplete = (calls: LoggedCall[]) => calls.length === 2 && calls.every(c => c.outcome);
    const calls = await reader.list('calls', isComplete);
    expect(calls.map(({ provider }) => provider)).toEqual(['engagelab', 'checkify']);
    expect(await (await listen()).list('calls')).toEqual(calls);
  });

  it('a call that was dropped, and why', async () => {
    fixture.sandbox.faults.inject({ provider: 'checkify', drop: 'before-reply', delayMs: 1 });
    await verify('x').catch(() => undefined);
    const [call] = await (await listen()).list<LoggedCall>('calls');
    expect([call?.outcome, call?.fault]).toEqual([
      { text: 'no answer', tone: 'trouble' },
      'connection dropped, 1 ms late',
    ]);
  });

  it('sessions from pending to approved to used, and how they age', async () => {
    const reader = await listen();
    const { requestId } = fixture.sandbox.checkify.start({ requestType: 'age_over_18' });
    const is = (state: string) =>
      reader.list<{ state: string }>('sessions', ([session]) => session?.state === state);
    expect(await is('pending')).toEqual([
      expect.objectContaining({ id: requestId, title: 'age_over_18', at: fixture.now, state: 'pending' }),
    ]);
    fixture.sandbox.checkify.approve(requestId);
    await is('approved');
    fixture.now += 900_000;
    await is('expired');
    fixture.sandbox.checkify.consume(requestId);
    await is('used');
    fixture.sandbox.checkify.deny(requestId);
    await is('declined');
  });

  it('codes until they are used or too old, newest first', async () => {
    const reader = await listen('/inbox/events');
    const messageId = (await send()).json.message_id;
    await send('+4587654321');
    const messages = await reader.list<Message>('messages', list => list.length === 2);
    expect(messages.map(({ note, title }) => [note, title])).toEqual([
      ['sms to +4587654321', fixture.sandbox.engagelab.lastCode('+4587654321')],
      ['sms to +4520123456', fixture.sandbox.engagelab.lastCode('+4520123456')],
    ]);
    const body = { message_id: messageId, verify_code: messages[1]?.title };
    await post(`${fixture.sandbox.baseUrls.engagelab}/v1/verifications`, body, { authorization: BASIC });
    fixture.now += 600_000;
    await reader.list<Message>('messages', list => list.map(({ state }) => state).join() === 'expired,used');
  });

  it('no secret of the application in full', async () => {
    const { baseUrls, url } = fixture.sandbox;
    const reader = await listen();
    await verify('request_0123456789', { authorization: 'Bearer csk_live_very_secret' });
    await verify('x', { authorization: 'csk_live_bare_secret x' });
    await post(`${baseUrls.engagelab}/v1/messages`, {}, { authorization: BASIC });
    await post(`${baseUrls.humanproof}/api/siteverify`, {
      secret: 'hp_secret_4711',
      response: 'hp_token_0815',
    });
    await ask(
      `${baseUrls.verifyid}/api/url_generator_s/plugin_key_4711/${DEVICE}/18?domain=http://localhost/`,
    );
    await ask(`${baseUrls.verifyid}/api/auth_check/token_0815_4711/${DEVICE}`);
    await ask(`${baseUrls.checkify}/v1/qr/pass/chk_live_pass_4711/start?request_type=human`);
    await ask(`${baseUrls.checkify}/v1/qr/status/request/request_0123456789?status_token=status_4711`);
    await ask(`${baseUrls.checkify}/v1/qr/status?token=poll_4711`);
    await ask(`${baseUrls.turnstile}/turnstile/v0/siteverify`, {
      method: 'POST',
      body: new URLSearchParams({ secret: 'ts_secret_4711', response: 'ts_token_0815' }),
    });
    await post(
      `${baseUrls['friendly-captcha']}/api/v2/captcha/siteverify`,
      {},
      { 'x-api-key': 'frc_secret_4711' },
    );
    const calls = await reader.list<LoggedCall>('calls', list => list.length === 11);
    expect(calls.slice(0, 2).map(({ credential }) => credential)).toEqual([
      'X-API-Key frc_…',
      'secret ts_s…',
    ]);
    const secrets =
      /csk_live_|hp_secret|hp_token|ts_secret|ts_token|frc_secret|plugin_key|token_0815|chk_live_p|request_01|status_47|poll_47/;
    const opened = await Promise.all(calls.map(({ id }) => ask(`${url}/console/calls/${id}`)));
    for (const text of [reader.text, (await ask(`${url}/console`)).text, ...opened.map(each => each.text)]) {
      expect(text).not.toMatch(secrets);
      expect(text).not.toContain(DEVICE);
      expect(text).not.toContain(BASIC.slice('Basic '.length));
    }
  });
});

describe('a call that is opened', () => {
  const opened = async (id = 1) =>
    (await ask(`${fixture.sandbox.url}/console/calls/${id}`)).json as Record<'request' | 'response', string>;

  it('shows request and response, and masks secrets and proofs', async () => {
    const { requestId } = fixture.sandbox.checkify.start();
    fixture.sandbox.checkify.approve(requestId);
    await verify(requestId);
    const { request, response } = await opened();
    expect(request).toBe(`POST /v1/qr/results/verify
content-type: application/json

{
  "request_id": "${requestId.slice(0, 4)}…",
  "required_claims": [
    "human_verified"
  ]
}`);
    expect(response).toMatch(/^status 200\ncontent-type: application\/json\n\n\{\n {2}"success": true,/);
    expect(response).toContain('"status": "completed"');
    expect(response).toContain('"human_verified": true');
    expect(response).not.toContain(requestId);
  });

  it('shows no one-time code, not even one that the application chose', async () => {
    const [to, code, verify_code] = ['+4520123456', '47110815', 47110815];
    const headers = { authorization: BASIC };
    await post(`${fixture.sandbox.baseUrls.engagelab}/v1/codes`, { to, code }, headers);
    await post(`${fixture.sandbox.baseUrls.engagelab}/v1/verifications`, { verify_code }, headers);
    const [sent, guessed] = [await opened(1), await opened(2)];
    expect(sent.request).toContain(to);
    expect(guessed.response).toContain('"code": 300');
    expect(JSON.stringify([sent, guessed])).not.toContain(code);
  });

  it('is short, whatever was sent', async () => {
    const url = `${fixture.sandbox.baseUrls.humanproof}/api/siteverify`;
    const nested = '['.repeat(3000) + ']'.repeat(3000);
    for (const body of [`{"error":"${'x'.repeat(60_000)}"}`, `{"error":${nested}}`, 'hp_secret_4711']) {
      await post(url, body);
    }
    fixture.sandbox.faults.inject({ provider: 'humanproof', body: '<p>'.repeat(9000) });
    await post(url, {});
    const calls = [await opened(1), await opened(2), await opened(3), await opened(4)];
    for (const { request, response } of calls) {
      expect(request.length).toBeLessThan(2100);
      expect(response.length).toBeLessThan(2100);
    }
    expect(calls[2]!.request).toContain('(14 characters that are neither a JSON object nor a form)');
  });

  it('says that there was no answer, and has none while the call waits', async () => {
    fixture.sandbox.faults.inject({ provider: 'checkify', drop: 'before-reply' });
    fixture.sandbox.faults.inject({ provider: 'checkify', delayMs: 3_600_000 });
    await verify('x').catch(() => undefined);
    const waiting = verify('x').catch(() => undefined);
    await (await listen()).list('calls', list => list.length === 2);
    expect((await opened(1)).response).toBe('The connection was closed without an answer.');
    expect((await opened(2)).response).toBeUndefined();
    await fixture.sandbox.close();
    await waiting;
  });

  it('is for pages of the sandbox alone', async () => {
    await verify('x');
    const url = `${fixture.sandbox.url}/console/calls/`;
    const foreign = await ask(`${url}1`, { headers: { origin: 'http://localhost:3000' } });
    expect([foreign.status, (await ask(`${url}2`)).status]).toEqual([403, 404]);
  });
});

describe('the console plays', () => {
  it.each([
    ['approve', 'completed', undefined],
    ['deny', undefined, 'verification_failed'],
    ['expire', undefined, 'result_expired'],
  ])('%s', async (action, state, code) => {
    const { requestId } = fixture.sandbox.checkify.start();
    expect((await press(`/checkify/${requestId}/${action}`)).status).toBe(200);
    const { json } = await verify(requestId);
    expect([json.status, json.error?.code]).toEqual([state, code]);
  });

  it.each([
    ['21', { age: 18 }],
    ['17', { age: 16 }],
    ['none', { age: null }],
  ])('a login as %s, and tells where the browser would go', async (age, expected) => {
    const { url } = fixture.sandbox.verifyid.start({
      deviceId: DEVICE,
      returnUrl: 'http://localhost:3000/back',
    });
    const { json } = await press(`/verifyid/${String(url.split('/').at(-1))}/login?age=${age}`);
    const back = new URL(String(json.location));
    const token = String(back.searchParams.get('token_age_verified'));
    expect(back.host).toBe('localhost:3000');
    expect(
      (await ask(`${fixture.sandbox.baseUrls.verifyid}/api/auth_check/${token}/${DEVICE}`)).json,
    ).toEqual(expected);
  });

  it('the end of a code', async () => {
    const { message_id } = (await send()).json;
    await press(`/engagelab/${message_id}/expire`);
    const body = { message_id, verify_code: fixture.sandbox.engagelab.lastCode('+4520123456') };
    const url = `${fixture.sandbox.baseUrls.engagelab}/v1/verifications`;
    expect((await post(url, body, { authorization: BASIC })).json.code).toBe(3003);
  });

  it.each([
    ['/checkify/unknown/approve', 404],
    ['/checkify/__proto__/expire', 404],
    ['/checkify/x/steal', 404],
    ['/verifyid/unknown/login?age=21', 404],
    ['/verifyid/unknown/login?age=old', 400],
    ['/engagelab/unknown/expire', 404],
    ['/faults/toString/clear', 404],
    ['/faults/checkify/inject', 400],
    ['/nothing', 404],
    ['', 404],
  ])('nothing at %s: %d', async (path, status) => {
    expect((await press(path)).status).toBe(status);
  });
});
