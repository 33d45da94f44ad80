import { describe, expect, it } from '@jest/globals';
import { ask, loadedBy, post, SandboxFixture } from './sandbox.fixture.js';

const fixture = new SandboxFixture();
const CAPTCHAS = ['turnstile', 'hcaptcha', 'recaptcha', 'friendly-captcha'];
const SHOP = 'http://localhost:3000';
const checkify = (method: string, path: string, origin = SHOP) =>
  ask(`${fixture.sandbox.baseUrls.checkify}/embed${path}`, { method, headers: { origin } });
const verify = (request_id: string, claim: string) =>
  post(
    `${fixture.sandbox.baseUrls.checkify}/v1/qr/results/verify`,
    { request_id, required_claims: [claim] },
    { authorization: 'Bearer csk_sandbox_demo' },
  );

describe('what widgets on the application’s page ask', () => {
  const REQUESTS: readonly (readonly [string, string])[] = [
    ['GET', '/checkify/embed.js'],
    ['GET', '/widget/widget.js'],
    ['GET', '/widget/widget.css'],
    ['POST', '/checkify/embed/sessions?request_type=human'],
    ['GET', '/humanproof/widget.js'],
    ['GET', '/widget/solving.js'],
    ['POST', '/humanproof/widget/tokens'],
    ...CAPTCHAS.flatMap(name => [
      ['GET', `/${name}/widget.js`] as const,
      ['POST', `/${name}/widget/tokens`] as const,
    ]),
  ];
  const request = ([method, path]: readonly [string, string], headers: Record<string, string>) =>
    ask(fixture.sandbox.url + path, { method, headers });

  it.each(REQUESTS)('%s %s is answered to pages of this machine', async (...asked) => {
    for (const origin of [SHOP, 'http://127.0.0.1:8080', 'http://[::1]:3000']) {
      const { status, headers } = await request(asked, { origin });
      expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([
        200,
        origin,
        'Origin',
      ]);
    }
  });

  it.each(REQUESTS)('%s %s is refused to any other page', async (...asked) => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      const { status, headers } = await request(asked, { origin });
      expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });

  it('is no call of an API: it is not listed, and no fault hits it', async () => {
    fixture.sandbox.faults.inject({ provider: 'checkify', status: 500, times: Infinity });
    fixture.sandbox.faults.inject({ provider: 'humanproof', status: 500, times: Infinity });
    fixture.sandbox.faults.inject({ provider: 'turnstile', status: 500, times: Infinity });
    for (const asked of REQUESTS) expect((await request(asked, { origin: SHOP })).status).toBe(200);
    expect(fixture.sandbox.calls).toEqual([]);
  });

  it.each(['checkify/embed.js', 'humanproof/widget.js'])('%s is a script', async path => {
    const { headers } = await ask(`${fixture.sandbox.url}/${path}`);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it.each(['/checkify/embed.js', ...['humanproof', ...CAPTCHAS].map(name => `/${name}/widget.js`)])(
    '%s imports nothing that is missing',
    async path => {
      const loaded = await loadedBy(fixture.sandbox.url + path);
      expect(loaded.size).toBeGreaterThan(1);
      expect([...loaded].filter(([, status]) => status !== 200)).toEqual([]);
    },
  );

  it.each([
    '/widget/none.js',
    '/widget/widget.html',
    '/checkify/phone.html',
    '/checkify/none.js',
    '/checkify/..%2Fcheckify.emulator.ts',
    '/widget/..%2F..%2Findex.ts',
  ])('%s is no file of theirs', async path => {
    expect((await ask(fixture.sandbox.url + path)).status).toBe(404);
  });
});

describe('the Checkify embed', () => {
  it('starts a session that is pending', async () => {
    const { json } = await checkify('POST', '/sessions?request_type=age_over_21');
    expect(json).toEqual({
      requestId: expect.any(String),
      requestType: 'age_over_21',
      state: 'pending',
      qrUrl: `${fixture.sandbox.baseUrls.checkify}/qr/${json.requestId}`,
    });
    expect((await checkify('GET', `/sessions/${json.requestId}`)).json).toEqual(json);
  });

  it.each([
    ['human', 'human', 'human_verified', 200],
    ['human', '17', 'human_verified', 200],
    ['age_over_18', '25', 'age_over_18', 200],
    ['age_over_18', '18', 'age_over_18', 200],
    ['age_over_18', '17', 'age_over_18', 403],
    ['age_over_18', 'human', 'age_over_18', 403],
    ['age_over_18', 'human', 'human_verified', 200],
    ['human', 'nobody', 'human_verified', 403],
  ])('asked for %s, approved as %s: %s is %d', async (type, person, claim, status) => {
    const { requestId } = (await checkify('POST', `/sessions?request_type=${type}`)).json;
    const { json } = await checkify('POST', `/sessions/${requestId}?as=${person}`);
    expect(json.state).toBe(person === 'nobody' ? 'denied' : 'approved');
    expect((await verify(String(requestId), claim)).status).toBe(status);
  });

  it('the first answer stands', async () => {
    const { requestId } = (await checkify('POST', '/sessions?request_type=human')).json;
    await checkify('POST', `/sessions/${requestId}?as=nobody`);
    expect((await checkify('POST', `/sessions/${requestId}?as=human`)).json.state).toBe('denied');
  });

  it.each(['robot', '', '-1', '1e9', '__proto__'])('nobody answers as "%s"', async person => {
    const { requestId } = (await checkify('POST', '/sessions?request_type=human')).json;
    expect((await checkify('POST', `/sessions/${requestId}?as=${person}`)).json.state).toBe('pending');
  });

  it.each([
    ['POST', '/sessions', 400],
    ['POST', '/sessions?request_type=age_over_9', 400],
    ['GET', '/sessions/unknown', 404],
    ['POST', '/sessions/unknown?as=human', 404],
    ['GET', '/sessions', 404],
    ['GET', '', 404],
  ])('%s %s is %d', async (method, path, status) => {
    expect((await checkify(method, path)).status).toBe(status);
  });
});

describe('the phone', () => {
  const visit = (url: string, accept = 'text/html') => ask(url, { headers: { accept } });

  it.each([
    ['human', ['human', 'nobody']],
    ['age_over_16', ['human', '25', '15', 'nobody']],
    ['age_over_18', ['human', '25', '17', 'nobody']],
    ['age_over_30', ['human', '30', '17', 'nobody']],
  ] as const)('asked for %s may be held by %j', async (requestType, people) => {
    const { text } = await visit(fixture.sandbox.checkify.start({ requestType }).qrUrl);
    expect([...text.matchAll(/\?approve=(\w+)"/g)].map(([, person]) => person)).toEqual(people);
  });

  it('shows that it answered', async () => {
    const { qrUrl, requestId } = fixture.sandbox.checkify.start();
    expect((await visit(`${qrUrl}?approve=human`)).text).toContain('Approved.');
    expect((await verify(requestId, 'human_verified')).status).toBe(200);
  });

  const PAGE = 'http://localhost:3000/cart?step=2&checkify_request_id=old#pay';
  const back = (requestId: string) =>
    `http://localhost:3000/cart?step=2&checkify_request_id=${requestId}#pay`;

  it('goes back to the page of the embed with the request id in its URL, once the person approved', async () => {
    const query = new URLSearchParams({ request_type: 'age_over_18', page: PAGE });
    const { requestId, qrUrl } = (await checkify('POST', `/sessions?${String(query)}`)).json;
    expect((await visit(String(qrUrl))).text).not.toContain('checkify_request_id');
    const { text } = await visit(`${qrUrl}?approve=25`);
    expect(text).toContain(`href="${back(String(requestId)).replace('&', '&#38;')}"`);
    expect((await visit(String(qrUrl), '*/*')).text).toContain(`Go back to ${back(String(requestId))} and`);
  });

  it('goes back to the site of a front end that the application built', async () => {
    const { json } = await ask(
      `${fixture.sandbox.baseUrls.checkify}/v1/qr/pass/chk_sandbox_demo_pass/start?request_type=human`,
      { headers: { origin: 'https://shop.example' } },
    );
    expect((await visit(`${json.qr_url}?approve=human`)).text).toContain(
      `href="https://shop.example/?checkify_request_id=${json.request_id}"`,
    );
  });

  it('goes back to the page that a test names', async () => {
    const { qrUrl, requestId } = fixture.sandbox.checkify.start({ siteUrl: PAGE });
    expect((await visit(`${qrUrl}?approve=yes`, '*/*')).text).toContain(back(requestId));
  });

  it('goes back nowhere after a refusal', async () => {
    const { qrUrl } = fixture.sandbox.checkify.start({ siteUrl: PAGE });
    expect((await visit(`${qrUrl}?approve=nobody`)).text).not.toContain('href="http://localhost');
  });

  it.each(['https://evil.example/', 'javascript://localhost/%0aalert(1)', 'data:text/html,x', 'cart', ''])(
    'goes back to no page such as "%s"',
    async page => {
      const query = new URLSearchParams({ request_type: 'human', page });
      const { qrUrl } = (await checkify('POST', `/sessions?${String(query)}`)).json;
      const { text } = await visit(`${qrUrl}?approve=human`);
      expect([text.includes('Approved.'), text.includes('checkify_request_id')]).toEqual([true, false]);
    },
  );

  it('speaks in one line to who wants no page', async () => {
    const { text } = await visit(fixture.sandbox.checkify.start().qrUrl, '*/*');
    expect(text).toMatch(/^Checkify sandbox: .*\n$/);
  });
});

describe('the HumanProof widget', () => {
  const solve = () =>
    ask(`${fixture.sandbox.baseUrls.humanproof}/widget/tokens`, {
      method: 'POST',
      headers: { origin: SHOP },
    });

  it('gets a token that is accepted', async () => {
    const { token, expiresInMs } = (await solve()).json;
    const url = `${fixture.sandbox.baseUrls.humanproof}/api/siteverify`;
    const { json } = await post(url, { secret: 'hp_sandbox_demo_secret', response: token });
    expect([json, expiresInMs]).toEqual([{ success: true }, 120_000]);
  });

  it.each([
    ['unpaid', 402, 'billing_past_due'],
    ['suspended', 403, 'domain_not_allowed'],
  ] as const)('of a project that is %s gets none', async (project, status, error) => {
    fixture.sandbox.humanproof.setProject(project);
    const answer = await solve();
    expect([answer.status, answer.json]).toEqual([status, { error }]);
  });
});

describe('the login', () => {
  const generate = async (api: string, age: number) =>
    (
      await ask(
        `${fixture.sandbox.baseUrls.verifyid}/api/url_generator_${api}/verifyid_sandbox_demo/device/${age}?domain=${SHOP}`,
      )
    ).json.url as string;

  it.each([
    ['s', 'MitID', 18],
    ['bankid', 'BankID', 16],
  ])('of url_generator_%s is by %s and says who asks', async (api, name, age) => {
    const { text } = await ask(await generate(api, age), { headers: { accept: 'text/html' } });
    for (const part of [`Log in with ${name}`, 'localhost:3000', `at least ${age}`])
      expect(text).toContain(part);
    expect([...text.matchAll(/\?age=(\w+)"/g)].map(([, person]) => person)).toEqual([
      '21',
      '17',
      '15',
      'none',
    ]);
  });

  it('sends a browser back as it does any client', async () => {
    const { status, headers } = await ask(`${await generate('s', 18)}?age=none`, {
      headers: { accept: 'text/html' },
    });
    expect([status, headers.get('location')]).toEqual([
      302,
      expect.stringMatching(/^http:\/\/localhost:3000\/\?token_age_verified=\w+$/),
    ]);
  });
});
