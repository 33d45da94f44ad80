import { describe, expect, it } from '@jest/globals';
import { ask, SandboxFixture } from './sandbox.fixture.js';

const fixture = new SandboxFixture();
const DEVICE = '2f1c3a52-8f0e-4c0b-9d55-0a7f1f0c1a11';
const RETURN = 'http://localhost:3000/return?cart=7#top';
const get = (path: string) => ask(`${fixture.sandbox.baseUrls.verifyid}${path}`);
const generate = (
  path = `verifyid_sandbox_demo/${DEVICE}/18`,
  query = `domain=${encodeURIComponent(RETURN)}`,
  api = 's',
) => get(`/api/url_generator_${api}/${path}?${query}`);
const check = (token: string, device = DEVICE) => get(`/api/auth_check/${token}/${device}`);
const started = () => fixture.sandbox.verifyid.start({ deviceId: DEVICE, returnUrl: RETURN });

describe('VerifyID URL generators', () => {
  it.each(['s', 'bankid'])('url_generator_%s answers a login URL of the sandbox', async api => {
    const { status, json } = await generate(undefined, undefined, api);
    expect(status).toBe(200);
    expect(json.url).toMatch(`${fixture.sandbox.baseUrls.verifyid}/verify/`);
  });

  it.each([
    ['no domain', `verifyid_sandbox_demo/${DEVICE}/18`, ''],
    ['a domain without scheme', `verifyid_sandbox_demo/${DEVICE}/18`, 'domain=localhost'],
    ['a script as domain', `verifyid_sandbox_demo/${DEVICE}/18`, 'domain=javascript:alert(1)'],
    ['an age of 17', `verifyid_sandbox_demo/${DEVICE}/17`, 'domain=http://localhost/'],
    ['no number as age', `verifyid_sandbox_demo/${DEVICE}/x`, 'domain=http://localhost/'],
  ])('%s is 404 with a null url', async (_, path, query) => {
    const { status, json } = await generate(path, query);
    expect([status, json]).toEqual([404, { url: null }]);
  });

  it('an unknown plugin key is 403', async () => {
    expect((await generate(`other/${DEVICE}/18`)).status).toBe(403);
  });
});

describe('VerifyID’s verified domains', () => {
  const at = (sandbox: SandboxFixture, returnUrl: string, api: string) =>
    ask(
      `${sandbox.sandbox.baseUrls.verifyid}/api/url_generator_${api}/verifyid_sandbox_demo/${DEVICE}/18?domain=${encodeURIComponent(returnUrl)}`,
    );
  const listed = new SandboxFixture({ verifiedDomains: { verifyid: ['shop.example'] } });

  describe.each(['s', 'bankid'])('at url_generator_%s', api => {
    it.each([
      ['http://localhost:3000/a', 200],
      ['http://127.0.0.1/a', 200],
      ['http://[::1]:3000/a', 200],
      ['http://shop.localhost/a', 200],
      ['https://shop.example/a', 403],
      ['https://localhost.shop.example/a', 403],
      ['https://shop.example/localhost', 403],
    ])('are any of this machine: %s is %d', async (returnUrl, status) => {
      const answer = await at(fixture, returnUrl, api);
      expect([answer.status, typeof answer.json.url]).toEqual([status, status === 200 ? 'string' : 'object']);
    });

    it.each([
      ['https://shop.example/a?b=c', 200],
      ['https://SHOP.example/a', 200],
      ['https://www.shop.example/a', 403],
      ['https://shop.example.evil.example/a', 403],
      ['http://localhost:3000/a', 403],
    ])('are those that the sandbox was told: %s is %d', async (returnUrl, status) => {
      const answer = await at(listed, returnUrl, api);
      expect([answer.status, typeof answer.json.url]).toEqual([status, status === 200 ? 'string' : 'object']);
    });
  });
});

describe('VerifyID login page', () => {
  it('explains itself while nobody has logged in', async () => {
    const { status, text } = await ask(String((await generate()).json.url));
    expect([status, text]).toEqual([200, expect.stringContaining('?age=')]);
  });

  it('sends the person back with a token next to the query and fragment of the return URL', async () => {
    const { status, headers } = await ask(`${(await generate()).json.url}?age=21`);
    const back = new URL(headers.get('location') ?? '');
    expect([status, back.searchParams.get('cart'), back.hash]).toEqual([302, '7', '#top']);
    const { json } = await check(back.searchParams.get('token_age_verified') ?? '');
    expect(json).toEqual({ age: 18 });
  });

  it('sends who gives up back with a token that proves nothing', async () => {
    const { headers } = await ask(`${(await generate()).json.url}?age=none`);
    const token = new URL(headers.get('location') ?? '').searchParams.get('token_age_verified') ?? '';
    expect((await check(token)).status).toBe(404);
  });

  it('replaces a token that the return URL already carries', () => {
    const { url } = fixture.sandbox.verifyid.start({
      returnUrl: 'http://localhost/?token_age_verified=forged',
    });
    const back = new URL(fixture.sandbox.verifyid.loginRedirect(url, 21));
    expect(back.searchParams.getAll('token_age_verified')).toEqual([expect.not.stringMatching('forged')]);
  });

  it('is over after one login', async () => {
    const { url } = started();
    await ask(`${url}?age=21`);
    expect((await ask(`${url}?age=21`)).status).toBe(404);
  });
});

describe('VerifyID auth_check', () => {
  it.each([
    [21, 200, 18],
    [18, 200, 18],
    [17, 200, 16],
    [16, 200, 16],
    [15, 404, null],
    [0, 404, null],
    [null, 404, null],
  ])('a person of %s is %d with age %s', async (age, status, attested) => {
    const answer = await check(fixture.sandbox.verifyid.login(started().url, age));
    expect([answer.status, answer.json]).toEqual([status, { age: attested }]);
  });

  it.each([
    [16, 21, 16],
    [16, 16, 16],
    [16, 15, null],
    [18, 18, 18],
    [18, 17, 16],
  ])('a login that asked for %d, finished at %d, attests %s', async (minimumAge, age, attested) => {
    const { url } = fixture.sandbox.verifyid.start({ deviceId: DEVICE, minimumAge });
    expect((await check(fixture.sandbox.verifyid.login(url, age))).json).toEqual({ age: attested });
  });

  it('a token is good for one check', async () => {
    const token = fixture.sandbox.verifyid.login(started().url, 21);
    const answers = await Promise.all([check(token), check(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  it('another device is 404 and does not spend the token', async () => {
    const token = fixture.sandbox.verifyid.login(started().url, 21);
    expect((await check(token, 'other')).json).toEqual({ age: null });
    expect((await check(token)).json).toEqual({ age: 18 });
  });

  it('a token ends ten minutes after the login', async () => {
    const [first, second] = [started(), started()].map(({ url }) => fixture.sandbox.verifyid.login(url, 21));
    fixture.now += 599_999;
    expect((await check(first!)).status).toBe(200);
    fixture.now += 1;
    expect((await check(second!)).json).toEqual({ age: null });
  });

  it('expire() ends a token at once', async () => {
    const token = fixture.sandbox.verifyid.login(started().url, 21);
    fixture.sandbox.verifyid.expire(token);
    expect((await check(token)).status).toBe(404);
  });

  it.each(['x', '__proto__', '%2F', '%00', 'a'.repeat(5000)])(
    'an unknown token is 404 with age null (%#)',
    async token => {
      const { status, json } = await check(token);
      expect([status, json]).toEqual([404, { age: null }]);
    },
  );
});

describe('VerifyID handles', () => {
  it('login by device id finishes the newest pending login', async () => {
    const [older, newer] = [started(), started()];
    fixture.sandbox.verifyid.login(DEVICE, 21);
    expect((await ask(newer.url)).status).toBe(404);
    expect((await ask(older.url)).status).toBe(200);
  });

  it.each(['x', '', DEVICE])('login without a pending flow throws (%#)', reference => {
    expect(() => fixture.sandbox.verifyid.login(reference, 21)).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
  });

  it('expire of an unknown token throws', () => {
    expect(() => {
      fixture.sandbox.verifyid.expire('x');
    }).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
