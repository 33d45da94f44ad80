import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { DEMO_CREDENTIALS, startSandbox } from 'nestjs-verification/sandbox';
import { ask, askRaw, post, SandboxFixture } from './sandbox.fixture.js';

const fixture = new SandboxFixture();
const isAlive = async () => (await ask(`${fixture.sandbox.baseUrls.checkify}/v1/qr/status`)).status === 404;

describe('startSandbox', () => {
  it('serves each API under its own prefix of one loopback URL', () => {
    const { url, baseUrls } = fixture.sandbox;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(baseUrls).toEqual({
      checkify: `${url}/checkify`,
      engagelab: `${url}/engagelab`,
      'friendly-captcha': `${url}/friendly-captcha`,
      hcaptcha: `${url}/hcaptcha`,
      humanproof: `${url}/humanproof`,
      recaptcha: `${url}/recaptcha`,
      turnstile: `${url}/turnstile`,
      verifyid: `${url}/verifyid`,
    });
  });

  it('says where its console is', async () => {
    const { url, consoleUrl } = fixture.sandbox;
    expect([consoleUrl, (await ask(consoleUrl)).status]).toEqual([`${url}/console`, 200]);
  });

  it('offers provider options with the demo credentials', () => {
    const { providers, baseUrls, credentials } = fixture.sandbox;
    expect(credentials).toBe(DEMO_CREDENTIALS);
    expect(providers).toEqual({
      checkify: { apiKey: 'csk_sandbox_demo', baseUrl: baseUrls.checkify },
      engagelab: {
        devKey: 'sandbox_demo_key',
        devSecret: 'sandbox_demo_secret',
        baseUrl: baseUrls.engagelab,
      },
      humanproof: { secret: 'hp_sandbox_demo_secret', baseUrl: baseUrls.humanproof },
      verifyid: { pluginKey: 'verifyid_sandbox_demo', baseUrl: baseUrls.verifyid },
    });
  });

  it('offers the options of providers in customProviders apart, because a module may not list them', () => {
    const { customProviders, baseUrls } = fixture.sandbox;
    expect(customProviders).toEqual({
      'friendly-captcha': { apiKey: 'frc_sandbox_demo_key', baseUrl: baseUrls['friendly-captcha'] },
      hcaptcha: { secretKey: 'hcaptcha_sandbox_demo_secret', baseUrl: baseUrls.hcaptcha },
      recaptcha: { secretKey: 'recaptcha_sandbox_demo_secret', baseUrl: baseUrls.recaptcha },
      turnstile: { secretKey: 'turnstile_sandbox_demo_secret', baseUrl: baseUrls.turnstile },
    });
  });

  it.each(['0.0.0.0', '::', '192.168.0.1', 'example.com', '127.0.0.1.example.com', ''])(
    'refuses to listen on "%s"',
    async host => {
      await expect(startSandbox({ host })).rejects.toMatchObject({ name: 'SandboxError', code: 'invalid' });
    },
  );

  it('rejects with the system’s error where the port is taken', async () => {
    const port = Number(new URL(fixture.sandbox.url).port);
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it.each([
    { requests: NaN, windowMs: 1 },
    { requests: 1, windowMs: 0 },
  ])('refuses the rate limit %j', async limit => {
    await expect(startSandbox({ rateLimit: { checkify: limit } })).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a code’s life', () => {
  it.each([0, -1, NaN, Infinity])('of %d ms is refused', async life => {
    await expect(startSandbox({ expiresInMs: { engagelab: life } })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('close', () => {
  it('can be called again', async () => {
    await Promise.all([fixture.sandbox.close(), fixture.sandbox.close()]);
    await expect(fixture.sandbox.close()).resolves.toBeUndefined();
  });

  it('ends connections that are open and answers that are delayed', async () => {
    fixture.sandbox.faults.inject({ provider: 'checkify', delayMs: 3_600_000 });
    const waiting = ask(`${fixture.sandbox.baseUrls.checkify}/v1/qr/status`);
    for (let turn = 0; fixture.sandbox.calls.length === 0 && turn < 1e5; turn += 1)
      await new Promise(setImmediate);
    await Promise.all([expect(waiting).rejects.toThrow('fetch failed'), fixture.sandbox.close()]);
  });
});

describe('calls', () => {
  it('lists API calls with their status, and neither control calls nor pages', async () => {
    await ask(`${fixture.sandbox.url}/control/humanproof/token`, { method: 'POST' });
    await ask(fixture.sandbox.verifyid.start().url);
    await post(`${fixture.sandbox.baseUrls.humanproof}/api/siteverify?x=1`, {});
    expect(fixture.sandbox.calls).toEqual([
      { provider: 'humanproof', method: 'POST', path: '/api/siteverify', status: 422 },
    ]);
  });

  it('notes status 0 for a call that got no answer', async () => {
    fixture.sandbox.faults.inject({ provider: 'checkify', drop: 'before-reply' });
    await ask(`${fixture.sandbox.baseUrls.checkify}/v1/qr/status`).catch(() => undefined);
    expect(fixture.sandbox.calls.map(call => call.status)).toEqual([0]);
  });

  it('keeps the last thousand', async () => {
    const { port } = new URL(fixture.sandbox.url);
    const request = 'GET /checkify/v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const last = 'GET /checkify/v1/last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    await new Promise(resolve => {
      connect(Number(port), '127.0.0.1')
        .on('close', resolve)
        .resume()
        .write(request.repeat(1000) + last);
    });
    expect([fixture.sandbox.calls.length, fixture.sandbox.calls.at(-1)?.path]).toEqual([1000, '/v1/last']);
  });
});

describe('hostile requests', () => {
  it.each([
    ['/', 404],
    ['//', 404],
    ['/__proto__/v1/x', 404],
    ['/constructor', 404],
    ['/checkify', 404],
    ['/checkify/', 404],
    ['/checkify/v1/qr/results/verify', 404],
    ['/checkify//v1/qr/status', 404],
    ['/checkify/v1/qr/status/request/', 404],
    ['/verifyid/api/auth_check//x', 404],
    ['/verifyid/api/auth_check/../x', 404],
    ['/verifyid/api/auth_check/%2e%2e/x', 404],
    ['/verifyid/api/auth_check/%00/%F0%9F%98%80', 404],
    ['/verifyid/api/auth_check/%/x', 400],
    ['/verifyid/api/auth_check/%E0%A4%A/x', 400],
    ['/verifyid/verify/x?age=21&age=%', 404],
    ['*', 400],
    ['http://127.0.0.1/checkify/v1/qr/status', 400],
    [`/humanproof/${'a/'.repeat(7000)}`, 404],
  ])('GET %.60s is %d and harms nobody', async (path, status) => {
    expect(await askRaw(fixture.sandbox.url, path)).toBe(status);
    expect(await isAlive()).toBe(true);
  });

  it.each([
    ['evil.example', 403],
    ['evil.example:4010', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost@evil.example', 403],
    ['localhost:4010', 404],
    ['127.0.0.1', 404],
    ['[::1]:4010', 404],
  ])('a Host of "%s" is %d everywhere', async (host, status) => {
    for (const path of ['/control/x', '/checkify/v1/qr/status', '/x']) {
      expect(await askRaw(fixture.sandbox.url, path, { host })).toBe(status);
    }
  });

  it.each([64 * 1024 + 1, 3_000_000])('a body of %d bytes is 413', async size => {
    const { status, json } = await post(
      `${fixture.sandbox.baseUrls.humanproof}/api/siteverify`,
      'a'.repeat(size),
    );
    expect([status, json.error.code]).toEqual([413, 'body_too_large']);
    expect(await isAlive()).toBe(true);
  });

  it.each([
    ['deep nesting', '['.repeat(60_000)],
    ['deep objects', '{"secret":'.repeat(6_000)],
    ['bytes that are no text', '\u0000\uFFFF'],
    ['a number too large', '1e999'],
    ['null', 'null'],
  ])('a body of %s is refused by every API', async (_, body) => {
    const { baseUrls, url } = fixture.sandbox;
    const basic = {
      authorization: `Basic ${Buffer.from('sandbox_demo_key:sandbox_demo_secret').toString('base64')}`,
    };
    const statuses = [
      (
        await post(`${baseUrls.checkify}/v1/qr/results/verify`, body, {
          authorization: 'Bearer csk_sandbox_demo',
        })
      ).status,
      (await post(`${baseUrls.engagelab}/v1/verifications`, body, basic)).status,
      (await post(`${baseUrls.engagelab}/v1/messages`, body, basic)).status,
      (await post(`${baseUrls.humanproof}/api/siteverify`, body)).status,
      (await post(`${url}/control/faults`, body)).status,
    ];
    expect(statuses).toEqual([422, 400, 400, 422, 400]);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    [
      'a body that never comes',
      'POST /humanproof/api/siteverify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx',
    ],
    [
      'a body cut in its chunks',
      'POST /humanproof/api/siteverify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx',
    ],
    [
      'an upgrade',
      'GET /checkify/v1/x HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('%s on the socket does not stop the sandbox', async (_, bytes) => {
    const { port } = new URL(fixture.sandbox.url);
    await new Promise(resolve => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('close', resolve).on('error', resolve).resume();
      socket.end(bytes);
    });
    expect(await isAlive()).toBe(true);
  });

  it('state forgets its oldest entries instead of growing', () => {
    const { humanproof } = fixture.sandbox;
    const oldest = humanproof.issueToken();
    const second = humanproof.issueToken();
    for (let token = 0; token < 9_999; token += 1) humanproof.issueToken();
    expect(() => {
      humanproof.expire(oldest);
    }).toThrow();
    expect(() => {
      humanproof.expire(second);
    }).not.toThrow();
  });
});
