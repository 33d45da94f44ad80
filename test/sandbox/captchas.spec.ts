import { describe, expect, it } from '@jest/globals';
import type { SandboxProvider } from 'nestjs-verification/sandbox';
import { MANIFESTS } from '../../lib/src/sandbox/sandbox-provider.js';
import { ask, post, SandboxFixture, type Answer } from './sandbox.fixture.js';

const fixture = new SandboxFixture();

type Name = 'turnstile' | 'hcaptcha' | 'recaptcha' | 'friendly-captcha';
interface Captcha {
  readonly path: string;
  readonly lifetimeMs: number;
  readonly unknown: string;
  readonly used: string;
  readonly expired: string;
}
const CAPTCHAS: Readonly<Record<Name, Captcha>> = {
  turnstile: {
    path: '/turnstile/v0/siteverify',
    lifetimeMs: 300_000,
    unknown: 'invalid-input-response',
    used: 'timeout-or-duplicate',
    expired: 'timeout-or-duplicate',
  },
  hcaptcha: {
    path: '/siteverify',
    lifetimeMs: 120_000,
    unknown: 'invalid-input-response',
    used: 'already-seen-response',
    expired: 'expired-input-response',
  },
  recaptcha: {
    path: '/recaptcha/api/siteverify',
    lifetimeMs: 120_000,
    unknown: 'invalid-input-response',
    used: 'timeout-or-duplicate',
    expired: 'timeout-or-duplicate',
  },
  'friendly-captcha': {
    path: '/api/v2/captcha/siteverify',
    lifetimeMs: 300_000,
    unknown: 'response_invalid',
    used: 'response_duplicate',
    expired: 'response_timeout',
  },
};
const NAMES = Object.keys(CAPTCHAS) as Name[];
const SITEVERIFY = ['turnstile', 'hcaptcha', 'recaptcha'] as const;
const urlOf = (name: Name) => fixture.sandbox.baseUrls[name] + CAPTCHAS[name].path;
const form = (name: Name, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  ask(urlOf(name), { method: 'POST', headers, body: new URLSearchParams(fields) });
/** Verifies a token as an application with the right key does. */
const verify = (name: Name, response: string, more: Record<string, string> = {}): Promise<Answer> =>
  name === 'friendly-captcha'
    ? form(name, { response, ...more }, { 'x-api-key': 'frc_sandbox_demo_key' })
    : form(name, { secret: `${name}_sandbox_demo_secret`, response, ...more });
const errorIn = ({ json }: Answer): unknown => json['error-codes']?.[0] ?? json.error?.error_code;
const issue = (name: Name) => fixture.sandbox[name].issueToken();

describe.each(NAMES)('%s', name => {
  const { lifetimeMs, unknown, used, expired } = CAPTCHAS[name];

  it('accepts a token once', async () => {
    const token = issue(name);
    const answers = await Promise.all([verify(name, token), verify(name, token)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ json }) => Boolean(json.success)).sort()).toEqual([false, true]);
    expect(answers.map(errorIn)).toContain(used);
  });

  it.each(['x', '__proto__', 'a'.repeat(4000)])(
    'does not know a token that nobody issued (%#)',
    async token => {
      const answer = await verify(name, token);
      expect([answer.status, answer.json.success, errorIn(answer)]).toEqual([200, false, unknown]);
    },
  );

  it('ends a token after its documented life', async () => {
    const [first, second] = [issue(name), issue(name)];
    fixture.now += lifetimeMs - 1;
    expect((await verify(name, first)).json.success).toBe(true);
    fixture.now += 1;
    expect(errorIn(await verify(name, second))).toBe(expired);
  });

  it('ends a token at once with expire()', async () => {
    const token = issue(name);
    fixture.sandbox[name].expire(token);
    expect(errorIn(await verify(name, token))).toBe(expired);
    expect(() => {
      fixture.sandbox[name].expire('x');
    }).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('gives a token to curl and to its widget, for its own site', async () => {
    const { url, baseUrls } = fixture.sandbox;
    const { text } = await post(`${url}/control/${name}/token`, '');
    const { json } = await post(`${baseUrls[name]}/widget/tokens`, '');
    expect([(await verify(name, text.trim())).json.success, json.expiresInMs]).toEqual([true, lifetimeMs]);
    expect((await verify(name, String(json.token))).json.success).toBe(true);
    expect((await post(`${baseUrls[name]}/widget/tokens?sitekey=other`, '')).status).toBe(404);
  });

  it('expires a token for curl', async () => {
    const token = issue(name);
    await post(`${fixture.sandbox.url}/control/${name}/expire/${token}`, '');
    expect(errorIn(await verify(name, token))).toBe(expired);
  });

  it('answers every documented error under its documented status, as a fault that spends nothing', async () => {
    const token = issue(name);
    const { errors } = MANIFESTS[name];
    expect(Object.keys(errors).length).toBeGreaterThan(5);
    for (const [error, { status, body }] of Object.entries(errors)) {
      fixture.sandbox.faults.inject({ provider: name satisfies SandboxProvider, error });
      const answer = await verify(name, token);
      expect([answer.status, answer.json, errorIn(answer)]).toEqual([status, JSON.parse(body), error]);
    }
    expect((await verify(name, token)).json.success).toBe(true);
  });
});

describe.each(SITEVERIFY)('%s', name => {
  const secret = `${name}_sandbox_demo_secret`;

  it.each([
    ['no secret', { response: 'x' }, 'missing-input-secret'],
    ['another secret', { secret: 'other', response: 'x' }, 'invalid-input-secret'],
    ['no response', { secret }, 'missing-input-response'],
  ])('refuses %s and spends nothing', async (_, fields, code) => {
    const answer = await form(name, fields);
    expect([answer.status, errorIn(answer)]).toEqual([200, code]);
  });

  it('says when and where the challenge was solved', async () => {
    const token = fixture.sandbox[name].issueToken({ hostname: 'shop.example' });
    expect((await verify(name, token)).json).toMatchObject({
      success: true,
      challenge_ts: new Date(fixture.now).toISOString(),
      hostname: 'shop.example',
    });
  });

  it('leaves out what a test wants to be absent', async () => {
    const token = fixture.sandbox[name].issueToken({ hostname: undefined });
    expect((await verify(name, token)).json).not.toHaveProperty('hostname');
  });

  it('names the host of the page with the widget', async () => {
    const url = `${fixture.sandbox.baseUrls[name]}/widget/tokens`;
    const { json } = await post(url, '', { origin: 'http://127.0.0.1:3000' });
    expect((await verify(name, String(json.token))).json.hostname).toBe('127.0.0.1');
  });
});

describe('turnstile', () => {
  it('says the action of the widget, and an empty list of errors', async () => {
    const token = fixture.sandbox.turnstile.issueToken({ action: 'signup' });
    expect((await verify('turnstile', token)).json).toMatchObject({ action: 'signup', 'error-codes': [] });
    const { json } = await post(`${fixture.sandbox.baseUrls.turnstile}/widget/tokens?action=login`, '');
    expect((await verify('turnstile', String(json.token))).json.action).toBe('login');
  });

  it('repeats its answer for the same idempotency key only', async () => {
    const token = issue('turnstile');
    const key = { idempotency_key: '0b5c1c1e-7f83-4a4e-8d0b-2a1f0a4d2b11' };
    const first = await verify('turnstile', token, key);
    expect((await verify('turnstile', token, key)).json).toEqual(first.json);
    expect(errorIn(await verify('turnstile', token, { idempotency_key: 'other' }))).toBe(
      'timeout-or-duplicate',
    );
    expect(errorIn(await verify('turnstile', token))).toBe('timeout-or-duplicate');
  });

  it('reads JSON, too', async () => {
    const body = { secret: 'turnstile_sandbox_demo_secret', response: issue('turnstile') };
    expect((await post(urlOf('turnstile'), body)).json.success).toBe(true);
  });
});

describe.each(['hcaptcha', 'recaptcha'] as const)('%s', name => {
  it('reads forms only', async () => {
    const body = { secret: `${name}_sandbox_demo_secret`, response: issue(name) };
    expect(errorIn(await post(urlOf(name), body))).toBe('missing-input-secret');
  });

  it('has a score only where a token has one, and no list of errors', async () => {
    const scored = fixture.sandbox[name].issueToken({ score: 0.3 });
    expect((await verify(name, scored)).json).toMatchObject({ success: true, score: 0.3 });
    const { json } = await verify(name, issue(name));
    expect(Object.keys(json as object).sort()).toEqual(['challenge_ts', 'hostname', 'success']);
  });
});

it('recaptcha v3 has an action beside the score', async () => {
  const { url } = fixture.sandbox;
  const { text } = await post(`${url}/control/recaptcha/token?score=0.9&action=signup`, '');
  expect((await verify('recaptcha', text.trim())).json).toMatchObject({ score: 0.9, action: 'signup' });
});

it('hcaptcha refuses the site key of another site', async () => {
  const token = issue('hcaptcha');
  expect(errorIn(await verify('hcaptcha', token, { sitekey: 'other' }))).toBe('sitekey-secret-mismatch');
  expect((await verify('hcaptcha', token, { sitekey: 'hcaptcha_sandbox_demo_site' })).json.success).toBe(
    true,
  );
});

describe('friendly-captcha', () => {
  const key = { 'x-api-key': 'frc_sandbox_demo_key' };

  it.each([
    ['no key', {}, { response: 'x' }, 401, 'auth_required'],
    ['another key', { 'x-api-key': 'other' }, { response: 'x' }, 401, 'auth_invalid'],
    ['no response', key, {}, 400, 'response_missing'],
    ['the site key of another site', key, { response: 'x', sitekey: 'other' }, 400, 'sitekey_invalid'],
  ])('refuses %s', async (_, headers, fields, status, code) => {
    const body = fields as Record<string, string>;
    const answers = [
      await form('friendly-captcha', body, headers),
      await post(urlOf('friendly-captcha'), body, headers),
    ];
    for (const answer of answers) expect([answer.status, errorIn(answer)]).toEqual([status, code]);
  });

  it.each([
    ['shop.example', 'https://shop.example'],
    ['', ''],
  ])('says the origin of the page with the widget: "%s"', async (hostname, origin) => {
    const token = fixture.sandbox['friendly-captcha'].issueToken({ hostname });
    const { json } = await verify('friendly-captcha', token, { sitekey: 'frc_sandbox_demo_site' });
    expect(json).toEqual({
      success: true,
      data: {
        event_id: expect.stringMatching(/^ev_/),
        challenge: { timestamp: new Date(fixture.now).toISOString(), origin },
        risk_intelligence: null,
      },
    });
  });
});
