import { verify as verifySignature } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ask, post, SandboxFixture } from './sandbox.fixture.js';

const KEY = { authorization: 'Bearer csk_sandbox_demo' };
const fixture = new SandboxFixture();
const checkify = () => fixture.sandbox.checkify;
const verify = (body: unknown, headers: Record<string, string> = KEY) =>
  post(`${fixture.sandbox.baseUrls.checkify}/v1/qr/results/verify`, body, headers);
const get = (path: string, headers: Record<string, string> = {}) =>
  ask(`${fixture.sandbox.baseUrls.checkify}${path}`, { headers });

function approved(approval: Parameters<ReturnType<typeof checkify>['approve']>[1] = {}): string {
  const { requestId } = checkify().start();
  checkify().approve(requestId, approval);
  return requestId;
}

describe('Checkify verify: callers', () => {
  it.each([
    ['no Authorization header', {}, 'missing_authorization'],
    ['another scheme', { authorization: 'Basic abc' }, 'invalid_token'],
    ['an empty bearer', { authorization: 'Bearer ' }, 'invalid_token'],
    ['an unknown key', { authorization: 'Bearer csk_other' }, 'invalid_token'],
  ])('%s is 401', async (_, headers, code) => {
    const answer = await verify({ request_id: approved() }, headers);
    expect([answer.status, answer.json.success, answer.json.error.code]).toEqual([401, false, code]);
  });

  it('a revoked key is 401 expired_token until restored', async () => {
    checkify().revokeKey(true);
    expect((await verify({ request_id: approved() })).json.error.code).toBe('expired_token');
    checkify().revokeKey(false);
    expect((await verify({ request_id: approved() })).status).toBe(200);
  });

  it('a locked business is 403 business_not_operational until reopened', async () => {
    checkify().lockBusiness(true);
    const answer = await verify({ request_id: approved() });
    expect([answer.status, answer.json.error.code]).toEqual([403, 'business_not_operational']);
    checkify().lockBusiness(false);
    expect((await verify({ request_id: approved() })).status).toBe(200);
  });
});

describe('Checkify verify: bodies', () => {
  it.each([
    ['no JSON', '{"request_id":', ['body']],
    ['an empty body', '', ['body']],
    ['an array', [], ['body']],
    ['a string', '"x"', ['body']],
    ['a number as request_id', { request_id: 1 }, ['request_id']],
    ['null as request_id', { request_id: null }, ['request_id']],
    ['a list as token', { token: ['x'] }, ['token']],
    [
      'a string as required_claims',
      { request_id: 'x', required_claims: 'human_verified' },
      ['required_claims'],
    ],
    ['numbers in required_fields', { request_id: 'x', required_fields: [1] }, ['required_fields']],
    ['a string as consume', { request_id: 'x', consume: 'true' }, ['consume']],
    ['two wrong members', { request_id: {}, consume: 1 }, ['request_id', 'consume']],
  ])('%s is 422 validation_errors with the fields at fault', async (_, body, fields) => {
    const { status, json } = await verify(body);
    expect([status, json.error.code]).toEqual([422, 'validation_errors']);
    expect(json.error.details.validation_errors).toEqual(
      fields.map(field => ({ field, message: expect.any(String) })),
    );
  });

  it.each([
    ['neither request_id nor token', {}, 400, 'missing_required_field'],
    ['members of the prototype only', '{"__proto__":{"request_id":"x"}}', 400, 'missing_required_field'],
    ['an empty request_id', { request_id: '' }, 400, 'invalid_request_id'],
    ['a blank request_id', { request_id: ' \n' }, 400, 'invalid_request_id'],
    ['a request_id with other characters', { request_id: 'a/b' }, 400, 'invalid_request_id'],
    ['an oversized request_id', { request_id: 'a'.repeat(10_000) }, 400, 'invalid_request_id'],
    ['an unknown request_id', { request_id: crypto.randomUUID() }, 404, 'result_not_found'],
    ['a request_id named like a prototype', { request_id: '__proto__' }, 404, 'result_not_found'],
    ['an unknown poll token', { token: 'poll_0' }, 404, 'result_not_found'],
  ])('%s is refused by its documented code', async (_, body, status, code) => {
    const answer = await verify(body);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});

describe('Checkify verify: results', () => {
  it('a session that is not approved is 200 pending', async () => {
    const { requestId } = checkify().start();
    const answer = await verify({ request_id: requestId, required_claims: ['human_verified'] });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      success: false,
      status: 'pending',
      message: expect.any(String),
      request_id: requestId,
      approved_claims: {},
      signed_result: null,
    });
  });

  it('asking for a pending result with consume does not consume it', async () => {
    const { requestId } = checkify().start();
    await verify({ request_id: requestId, consume: true });
    checkify().approve(requestId);
    expect((await verify({ request_id: requestId, consume: true })).status).toBe(200);
  });

  it('an approved session is 200 completed with all documented members', async () => {
    const requestId = approved({ fields: ['country'] });
    const answer = await verify({
      request_id: ` ${requestId} `,
      required_claims: ['human_verified'],
      required_fields: ['country'],
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      success: true,
      status: 'completed',
      request_id: requestId,
      site_id: 'site_sandbox',
      business_id: 'business_sandbox',
      approved_claims: { human_verified: true },
      approved_fields: ['country'],
      signed_result: { signature_algorithm: 'EdDSA', key_id: 'checkify:default' },
    });
  });

  it('signed_result carries a real signature of its payload', async () => {
    const { signed_result } = (await verify({ request_id: approved() })).json;
    const payload = Buffer.from(JSON.stringify(signed_result.payload));
    const signature = Buffer.from(String(signed_result.signature), 'base64url');
    expect(verifySignature(null, payload, checkify().publicKey, signature)).toBe(true);
  });

  it.each(['human', 'age_over_10', 'age_over_18', 'age_over_110'] as const)(
    'a session for %s approves exactly the claim it asked for',
    async requestType => {
      const { requestId } = checkify().start({ requestType });
      checkify().approve(requestId);
      const claim = requestType === 'human' ? 'human_verified' : requestType;
      expect((await verify({ request_id: requestId })).json.approved_claims).toEqual({ [claim]: true });
    },
  );

  it.each([
    [
      'an absent claim',
      {},
      { required_claims: ['age_over_18', 'human_verified'] },
      { missing_claims: ['age_over_18'] },
    ],
    [
      'a claim that is false',
      { claims: { human_verified: false } },
      { required_claims: ['human_verified'] },
      { missing_claims: ['human_verified'] },
    ],
    ['a claim of the prototype', {}, { required_claims: ['toString'] }, { missing_claims: ['toString'] }],
    [
      'an absent field',
      { fields: ['country'] },
      { required_fields: ['country', 'age_band'] },
      { missing_fields: ['age_band'] },
    ],
    [
      'an absent claim and field',
      {},
      { required_claims: ['x'], required_fields: ['y'] },
      { missing_claims: ['x'], missing_fields: ['y'] },
    ],
  ])('%s is 403 verification_failed and named', async (_, approval, required, details) => {
    const { status, json } = await verify({ request_id: approved(approval), ...required });
    expect([status, json.error.code, json.error.details]).toEqual([403, 'verification_failed', details]);
  });

  it('a result that failed its claims is not consumed', async () => {
    const requestId = approved();
    await verify({ request_id: requestId, required_claims: ['age_over_18'], consume: true });
    expect((await verify({ request_id: requestId, consume: true })).status).toBe(200);
  });

  it('a consumed result is 409 verification_failed', async () => {
    const requestId = approved();
    expect((await verify({ request_id: requestId, consume: true })).status).toBe(200);
    const { status, json } = await verify({ request_id: requestId });
    expect([status, json.error.code, json.error.details.reason]).toEqual([
      409,
      'verification_failed',
      'already_consumed',
    ]);
  });

  it('a result can be consumed behind the application’s back', async () => {
    const requestId = approved();
    checkify().consume(requestId);
    expect((await verify({ request_id: requestId })).status).toBe(409);
  });

  it.each([{ consume: false }, {}])('%j leaves the result usable', async extra => {
    const requestId = approved();
    await verify({ request_id: requestId, ...extra });
    expect((await verify({ request_id: requestId })).status).toBe(200);
  });

  it('of two concurrent consuming calls one succeeds', async () => {
    const requestId = approved();
    const answers = await Promise.all([1, 2].map(() => verify({ request_id: requestId, consume: true })));
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409]);
  });

  it('the result of another site is 403 verification_failed', async () => {
    const requestId = approved();
    checkify().assignToOtherSite(requestId);
    const { status, json } = await verify({ request_id: requestId });
    expect([status, json.error.code, json.error.details.reason]).toEqual([
      403,
      'verification_failed',
      'other_site',
    ]);
  });

  it('a result is 410 result_expired 900 seconds after its completion, not its start', async () => {
    const { requestId } = checkify().start();
    fixture.now += 2_000_000;
    checkify().approve(requestId);
    fixture.now += 899_999;
    expect((await verify({ request_id: requestId })).status).toBe(200);
    fixture.now += 1;
    const { status, json } = await verify({ request_id: requestId });
    expect([status, json.error.code]).toEqual([410, 'result_expired']);
  });

  it('expire() makes a result 410 at once', async () => {
    const { requestId } = checkify().start();
    checkify().expire(requestId);
    expect((await verify({ request_id: requestId })).status).toBe(410);
  });

  it('the legacy poll token stands for the request id', async () => {
    const { requestId, pollToken } = checkify().start();
    checkify().approve(requestId);
    expect((await verify({ token: pollToken })).json.request_id).toBe(requestId);
  });
});

describe('Checkify start and status', () => {
  const start = (
    headers: Record<string, string>,
    query = 'request_type=human',
    pass = 'chk_sandbox_demo_pass',
  ) => get(`/v1/qr/pass/${pass}/start?${query}`, headers);

  it.each([
    ['Origin', 'https://shop.example'],
    ['Origin', 'http://localhost:3000'],
    ['X-Checkify-Site-Url', 'https://shop.example/checkout'],
    ['X-Checkify-Site-Url', 'http://127.0.0.1:3000'],
  ])('starts for %s %s', async (name, value) => {
    const { status, json } = await start({ [name]: value });
    expect(status).toBe(200);
    expect(json).toMatchObject({ request_id: expect.any(String), qr_url: expect.stringContaining('http') });
  });

  it.each([
    ['no domain', {}],
    ['a subdomain of a registered one', { origin: 'https://www.shop.example' }],
    ['a domain that only ends alike', { origin: 'https://evilshop.example' }],
    ['no URL', { origin: 'shop.example' }],
    ['an opaque origin', { origin: 'null' }],
    [
      'a registered site URL under a foreign Origin',
      { origin: 'https://evil.example', 'x-checkify-site-url': 'https://shop.example' },
    ],
  ])('%s is 403', async (_, headers) => {
    expect((await start(headers as Record<string, string>)).status).toBe(403);
  });

  it.each([
    '',
    'request_type=',
    'request_type=age_over_9',
    'request_type=age_over_111',
    'request_type=age_over_018',
    'request_type=robot',
  ])('refuses the request type in "%s"', async query => {
    expect((await start({ origin: 'http://localhost' }, query)).json.error.code).toBe('validation_errors');
  });

  it('an unknown Pass is 404', async () => {
    expect((await start({ origin: 'http://localhost' }, 'request_type=human', 'chk_live_x')).status).toBe(
      404,
    );
  });

  it('both poll endpoints follow a session from pending to completed', async () => {
    const { json } = await start({ origin: 'http://localhost' });
    const polls = [
      `/v1/qr/status?token=${json.poll_token}`,
      `/v1/qr/status/request/${json.request_id}?status_token=${json.status_token}`,
    ];
    const expected = { success: true, request_id: json.request_id, status: 'pending' };
    for (const poll of polls) expect((await get(poll)).json).toEqual(expected);
    checkify().approve(String(json.request_id));
    for (const poll of polls) expect((await get(poll)).json).toEqual({ ...expected, status: 'completed' });
  });

  it('polling with a wrong or absent secret is 404', async () => {
    const { requestId, pollToken } = checkify().start();
    const paths = ['/v1/qr/status', '/v1/qr/status?token=x', `/v1/qr/status/request/${requestId}`];
    paths.push(`/v1/qr/status/request/${requestId}?status_token=${pollToken}`, '/v1/qr/status/request/x');
    for (const path of paths) expect((await get(path)).json.error.code).toBe('result_not_found');
  });

  it('the QR page approves when told to', async () => {
    const { qrUrl, requestId } = checkify().start();
    await ask(qrUrl);
    expect((await verify({ request_id: requestId })).json.status).toBe('pending');
    await ask(`${qrUrl}?approve=yes`);
    expect((await verify({ request_id: requestId })).json.status).toBe('completed');
  });
});

describe('Checkify handles', () => {
  it.each(['approve', 'expire', 'consume', 'assignToOtherSite'] as const)(
    '%s of an unknown request id throws',
    name => {
      expect(() => {
        checkify()[name]('x');
      }).toThrow(expect.objectContaining({ code: 'not_found' }));
    },
  );

  it('start refuses a site on a foreign domain and a nonsensical age', () => {
    expect(() => checkify().start({ siteUrl: 'https://evil.example' })).toThrow();
    expect(() => checkify().start({ siteUrl: 'javascript://localhost/' })).toThrow();
    expect(() => checkify().start({ requestType: 'age_over_9' })).toThrow();
  });
});

describe('Checkify rate limit', () => {
  const limited = new SandboxFixture({ rateLimit: { checkify: { requests: 2, windowMs: 60_000 } } });

  it('too many verify calls are 429 rate_limited with Retry-After', async () => {
    const url = `${limited.sandbox.baseUrls.checkify}/v1/qr/results/verify`;
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await post(url, {}, KEY)).status);
    const { json, headers } = await post(url, {}, KEY);
    expect(statuses).toEqual([400, 400, 429]);
    expect([json.error.code, Number(headers.get('retry-after'))]).toEqual([
      'rate_limited',
      expect.any(Number),
    ]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
