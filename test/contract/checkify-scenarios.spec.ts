import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckifyService, type CheckifyRequirement, type CheckifySessionRequest } from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { open, type OpenModule } from './open.js';
import { accepted, failed, outcomeOf, rejected, type Outcome } from './outcome.js';
import { expectRequests } from './wire-request.js';

const REQUEST_ID = '56a57761-ff5b-42f0-9c97-6c13e223e017';
const API_KEY = 'csk_contract';
const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' };

const COMPLETED = CHECKIFY.completed(REQUEST_ID);
const PENDING = CHECKIFY.pending(REQUEST_ID);
const { error } = CHECKIFY;

interface Row {
  readonly title: string;
  readonly status: number;
  readonly body: unknown;
  readonly outcome: Outcome;
  readonly requirement?: CheckifyRequirement;
}

const DOCUMENTED: readonly Row[] = [
  { title: '200 completed', status: 200, body: COMPLETED, outcome: accepted('human_verified') },
  { title: '200 pending', status: 200, body: PENDING, outcome: rejected('pending') },
  {
    title: '401 missing_authorization',
    status: 401,
    body: error('missing_authorization'),
    outcome: failed('provider_refused'),
  },
  {
    title: '401 invalid_token',
    status: 401,
    body: error('invalid_token'),
    outcome: failed('provider_refused'),
  },
  {
    title: '401 expired_token',
    status: 401,
    body: error('expired_token'),
    outcome: failed('provider_refused'),
  },
  ...[400, 422].map(status => ({
    title: `${String(status)} missing_required_field`,
    status,
    body: error('missing_required_field'),
    outcome: rejected('malformed_evidence', { code: 'missing_required_field' }),
  })),
  {
    title: '400 invalid_request_id',
    status: 400,
    body: error('invalid_request_id'),
    outcome: rejected('malformed_evidence', { code: 'invalid_request_id' }),
  },
  {
    title: '404 result_not_found',
    status: 404,
    body: error('result_not_found'),
    outcome: rejected('unknown_evidence', { code: 'result_not_found' }),
  },
  {
    title: '410 result_expired',
    status: 410,
    body: error('result_expired'),
    outcome: rejected('expired', { code: 'result_expired' }),
  },
  ...[403, 409].flatMap((status): readonly Row[] => [
    {
      title: `${String(status)} verification_failed with missing_claims`,
      status,
      body: error('verification_failed', { missing_claims: ['age_over_18'] }),
      requirement: { claims: ['human_verified', 'age_over_18'] },
      outcome: rejected('claim_missing', { code: 'verification_failed', missingClaims: ['age_over_18'] }),
    },
    {
      title: `${String(status)} verification_failed with missing_fields`,
      status,
      body: error('verification_failed', { missing_fields: ['country'] }),
      requirement: { fields: ['country', 'age_band'] },
      outcome: rejected('field_missing', { code: 'verification_failed', missingFields: ['country'] }),
    },
    ...['already_consumed', 'Result was already used', 'consumed'].map(reason => ({
      title: `${String(status)} verification_failed because "${reason}"`,
      status,
      body: error('verification_failed', { reason }),
      outcome: rejected('replayed', { code: 'verification_failed' }),
    })),
    ...['other_site', 'The result belongs to another site'].map(reason => ({
      title: `${String(status)} verification_failed because "${reason}"`,
      status,
      body: error('verification_failed', { reason }),
      outcome: rejected('other_site', { code: 'verification_failed' }),
    })),
    {
      title: `${String(status)} verification_failed for no reason`,
      status,
      body: error('verification_failed'),
      outcome: rejected('not_verified', { code: 'verification_failed' }),
    },
  ]),
  {
    title: '403 business_not_operational',
    status: 403,
    body: error('business_not_operational'),
    outcome: failed('provider_refused'),
  },
  ...[
    { request_id: ['must be a text'] },
    [{ loc: ['body', 'request_id'], input: 'required_claims' }],
    [{ field: 'token', message: 'required_fields' }],
    undefined,
  ].map(validation_errors => ({
    title: `422 validation_errors about the reference: ${JSON.stringify(validation_errors)}`,
    status: 422,
    body: error('validation_errors', { validation_errors }),
    outcome: rejected('malformed_evidence', { code: 'validation_errors' }),
  })),
  ...[
    { required_claims: ['must be an array'] },
    [{ field: 'required_fields', message: 'must be texts' }],
    [{ loc: ['body', 'required_claims', 0], msg: 'unknown' }],
    ['required_fields.0 must be a string'],
  ].map(validation_errors => ({
    title: `422 validation_errors about what we require: ${JSON.stringify(validation_errors)}`,
    status: 422,
    body: error('validation_errors', { validation_errors }),
    outcome: failed('provider_refused'),
  })),
  {
    title: '429 rate_limited',
    status: 429,
    body: error('rate_limited'),
    outcome: failed('provider_rate_limited'),
  },
  ...[500, 502, 503, 504, 599].map(status => ({
    title: `${String(status)} server_error`,
    status,
    body: error('server_error'),
    outcome: failed('provider_unavailable'),
  })),
];

const DECIDED: readonly Row[] = [
  ...['missing_required_field', 'result_expired', 'verification_failed'].map(code => ({
    title: `9.1.1 goes by error.code: ${code} means the same under 418`,
    status: 418,
    body: error(code),
    outcome: rejected(
      code === 'result_expired'
        ? 'expired'
        : code === 'verification_failed'
          ? 'not_verified'
          : 'malformed_evidence',
      { code },
    ),
  })),
  ...[400, 401, 403, 404, 409, 410, 422].map(status => ({
    title: `9.1.1 does not believe a code that is not documented under ${String(status)}`,
    status,
    body: error('brand_new_code'),
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.1.2 finds no replay in 409 alone',
    status: 409,
    body: error('verification_failed', {}),
    outcome: rejected('not_verified', { code: 'verification_failed' }),
  },
  {
    title: '9.1.2 puts missing_claims before a reason',
    status: 409,
    body: error('verification_failed', { missing_claims: ['human_verified'], reason: 'consumed' }),
    outcome: rejected('claim_missing', { code: 'verification_failed', missingClaims: ['human_verified'] }),
  },
  {
    title: '9.1.2 survives details of another type',
    status: 403,
    body: { success: false, error: { code: 'verification_failed', message: '', details: ['consumed'] } },
    outcome: rejected('not_verified', { code: 'verification_failed' }),
  },
  ...['success', 'status', 'approved_claims'].map(name => ({
    title: `9.1.3 does not pass without "${name}"`,
    status: 200,
    body: { ...COMPLETED, [name]: undefined },
    outcome: failed('provider_protocol'),
  })),
  ...['true', 1, 'false', {}, []].map(success => ({
    title: `9.1.3 does not take success ${JSON.stringify(success)} for true`,
    status: 200,
    body: { ...COMPLETED, success },
    outcome: failed('provider_protocol'),
  })),
  ...['Completed', 'complete', true, 'expired', ''].map(status => ({
    title: `9.1.3 does not take status ${JSON.stringify(status)} for completed`,
    status: 200,
    body: { ...COMPLETED, status },
    outcome: failed('provider_protocol'),
  })),
  ...['true', 1, 'false', false, null, {}, [true]].map(human_verified => ({
    title: `9.1.3 does not take a claim that is ${JSON.stringify(human_verified)} for true`,
    status: 200,
    body: { ...COMPLETED, approved_claims: { human_verified } },
    outcome: rejected('claim_missing', { missingClaims: ['human_verified'] }),
  })),
  ...[['human_verified'], 'human_verified', true, null].map(approved_claims => ({
    title: `9.1.3 does not look for claims in ${JSON.stringify(approved_claims)}`,
    status: 200,
    body: { ...COMPLETED, approved_claims },
    outcome: failed('provider_protocol'),
  })),
  ...['verification_failed', { code: 'verification_failed' }].map(extra => ({
    title: `9.1.3 does not pass beside the error ${JSON.stringify(extra)}`,
    status: 200,
    body: { ...COMPLETED, error: extra },
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.1.3 passes beside an error that is null',
    status: 200,
    body: { ...COMPLETED, error: null },
    outcome: accepted('human_verified'),
  },
  ...['someone-else', '', 1, null, [REQUEST_ID]].map(request_id => ({
    title: `9.1.4 does not pass for the request ${JSON.stringify(request_id)}`,
    status: 200,
    body: { ...COMPLETED, request_id },
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.1.4 does not pass without the echo of the request id',
    status: 200,
    body: { ...COMPLETED, request_id: undefined },
    outcome: failed('provider_protocol'),
  },
  {
    title: '9.1.4 does not even say pending about another request',
    status: 200,
    body: { ...PENDING, request_id: 'someone-else' },
    outcome: failed('provider_protocol'),
  },
  {
    title: '9.1.12 does not infer age_over_18 from age_over_21',
    status: 200,
    body: { ...COMPLETED, approved_claims: { human_verified: true, age_over_21: true } },
    requirement: { claims: ['age_over_18'] },
    outcome: rejected('claim_missing', { missingClaims: ['age_over_18'] }),
  },
  {
    title: '9.1.12 does not infer human_verified from an age',
    status: 200,
    body: { ...COMPLETED, approved_claims: { age_over_18: true } },
    outcome: rejected('claim_missing', { missingClaims: ['human_verified'] }),
  },
  {
    title: '9.1.12 names only the claims that are missing',
    status: 200,
    body: COMPLETED,
    requirement: { claims: ['human_verified', 'age_over_10', 'age_over_110'] },
    outcome: rejected('claim_missing', { missingClaims: ['age_over_10', 'age_over_110'] }),
  },
  ...[['country'], [], [{ name: 'country' }], { country: true }, undefined].map(approved_fields => ({
    title: `trusts Checkify to have found the demanded fields, whatever it shows: ${JSON.stringify(approved_fields)}`,
    status: 200,
    body: { ...COMPLETED, approved_fields },
    requirement: { fields: ['country', 'age_band'] },
    outcome: accepted('human_verified'),
  })),
  ...[400, 403, 404, 409].map(status => ({
    title: `5.1 does not believe a yes under ${String(status)}`,
    status,
    body: COMPLETED,
    outcome: failed('provider_protocol'),
  })),
  {
    title: '5.1 does not believe an error body that says success',
    status: 404,
    body: { ...error('result_not_found'), success: true },
    outcome: failed('provider_protocol'),
  },
];

describe('Checkify', () => {
  let stub: StubServer;
  let running: OpenModule;
  let checkify: CheckifyService;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await open({
      http: { retries: 0 },
      providers: { checkify: { apiKey: API_KEY, baseUrl: stub.url } },
    });
    checkify = running.app.get(CheckifyService);
  });
  beforeEach(() => {
    running.logger.lines.length = 0;
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  describe('POST /v1/qr/results/verify', () => {
    it.each([...DOCUMENTED, ...DECIDED])('$title', async ({ status, body, requirement, outcome }) => {
      stub.reset(reply(status, body));
      expect(await outcomeOf(checkify.verify({ requestId: REQUEST_ID }, requirement))).toEqual(outcome);
      const fields = requirement?.fields;
      expectRequests(stub.seen, {
        method: 'POST',
        path: CHECKIFY.verify,
        headers: { ...JSON_HEADERS, authorization: `Bearer ${API_KEY}` },
        body: {
          request_id: REQUEST_ID,
          required_claims: requirement?.claims ?? ['human_verified'],
          ...(fields === undefined ? {} : { required_fields: fields }),
          consume: true,
        },
      });
    });

    it.each([[['country']], [[{ name: 'country', value: 'DK' }, 7]], [[]]])(
      'tells everything that the document returns with a yes, fields of any type as they came: %j',
      async approvedFields => {
        stub.reset(reply(200, { ...COMPLETED, approved_fields: approvedFields }));
        expect(await checkify.verify({ requestId: REQUEST_ID }, { fields: ['country'] })).toEqual({
          outcome: 'accepted',
          provider: 'checkify',
          claims: ['human_verified'],
          reference: expect.stringMatching(/^[\w-]{22}$/),
          requestId: REQUEST_ID,
          siteId: 'YOUR_SITE_ID',
          businessId: 'YOUR_BUSINESS_ID',
          approvedFields,
          signedResult: COMPLETED.signed_result,
        });
      },
    );

    it.each(['invalid_request_id', 'missing_required_field', 'validation_errors'])(
      'warns the operator of %s',
      async code => {
        stub.reset(reply(400, error(code)));
        await checkify.verify({ requestId: REQUEST_ID });
        expect(running.logger.lines).toEqual([expect.stringMatching(`^warn .*${code}`)]);
      },
    );

    it('says that it is our own demand that Checkify cannot read', async () => {
      const details = { validation_errors: { required_claims: ['unknown'] } };
      stub.reset(reply(422, error('validation_errors', details)));
      await outcomeOf(checkify.verify({ requestId: REQUEST_ID }));
      expect(running.logger.lines).toEqual([
        expect.stringMatching(/^error "checkify" refuses our required_claims .*code=provider_refused\]/),
      ]);
    });

    it.each(['missing_authorization', 'invalid_token', 'expired_token', 'business_not_operational'])(
      '9.1.7 calls %s an error of the operator, never of the person',
      async code => {
        stub.reset(reply(401, error(code)));
        await expect(checkify.verify({ requestId: REQUEST_ID })).rejects.toMatchObject({
          code: 'provider_refused',
        });
        expect(running.logger.lines).toEqual([expect.stringMatching(`^error .*${code}`)]);
      },
    );

    it('sends consume: false where it is asked for', async () => {
      stub.reset(reply(200, COMPLETED));
      await checkify.verifyHuman(REQUEST_ID, { consume: false });
      expect(JSON.parse(stub.seen[0]!.body)).toEqual({
        request_id: REQUEST_ID,
        required_claims: ['human_verified'],
        consume: false,
      });
    });

    it('asks for an age through verifyAge', async () => {
      stub.reset(reply(200, { ...COMPLETED, approved_claims: { age_over_21: true } }));
      expect(await outcomeOf(checkify.verifyAge(REQUEST_ID, 21))).toEqual(accepted('age_over_21'));
      expect(JSON.parse(stub.seen[0]!.body)).toMatchObject({ required_claims: ['age_over_21'] });
    });

    it.each([9, 111, 0, -18, 18.5, Number.NaN])('9.1.12 does not ask for an age of %s', async age => {
      stub.reset(reply(200, COMPLETED));
      expect(await outcomeOf(checkify.verifyAge(REQUEST_ID, age))).toEqual(failed('configuration'));
      expect(stub.seen).toEqual([]);
    });

    it.each([
      { claims: [] },
      { claims: ['constructor'] },
      { claims: ['age_over_018'] },
      { claims: 'human_verified' },
    ])('9.1.5 refuses the demand %j before anything is asked', async requirement => {
      stub.reset(reply(200, COMPLETED));
      const demand = requirement as unknown as CheckifyRequirement;
      expect(await outcomeOf(checkify.verify({ requestId: REQUEST_ID }, demand))).toEqual(
        failed('configuration'),
      );
      expect(stub.seen).toEqual([]);
    });

    it('9.1.6 sends a poll token as token, and never both', async () => {
      stub.reset(reply(200, COMPLETED));
      expect(await outcomeOf(checkify.verify({ token: 'poll-1' }))).toEqual(accepted('human_verified'));
      const both = { requestId: REQUEST_ID, token: 'poll-1' } as unknown as { requestId: string };
      await checkify.verify(both);
      expect(stub.seen.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
        { token: 'poll-1', required_claims: ['human_verified'], consume: true },
        { request_id: REQUEST_ID, required_claims: ['human_verified'], consume: true },
      ]);
    });

    it('9.1.4 lets a poll token be answered without an echo', async () => {
      stub.reset(reply(200, { ...COMPLETED, request_id: undefined }));
      expect(await outcomeOf(checkify.verify({ token: 'poll-1' }))).toEqual(accepted('human_verified'));
    });

    it.each(['"', '","consume":false,"x":"', '\\', '{}'])(
      '9.1.15 carries %j as a value, not as JSON',
      async requestId => {
        stub.reset(reply(200, { ...COMPLETED, request_id: requestId }));
        expect(await outcomeOf(checkify.verify({ requestId: `a${requestId}a` }))).toEqual(
          failed('provider_protocol'),
        );
        expect(JSON.parse(stub.seen[0]!.body)).toEqual({
          request_id: `a${requestId}a`,
          required_claims: ['human_verified'],
          consume: true,
        });
      },
    );

    it.each([
      ...['', ' ', 'a\nb', 'a\u0000b', 'a b', 'é', '😀', '\u2028'].map(value => [
        JSON.stringify(value),
        value,
      ]),
      ['8193 characters', '%'.repeat(8193)],
      ...[7, ['a'], { a: 1 }, null].map(value => [JSON.stringify(value), value]),
    ])('9.1.15 asks nothing about %s', async (_, value) => {
      stub.reset(reply(200, COMPLETED));
      const evidence = { requestId: value } as unknown as { requestId: string };
      expect(await outcomeOf(checkify.verify(evidence))).toEqual(failed('evidence_missing'));
      expect(stub.seen).toEqual([]);
    });

    it('9.1.15 trims what the form padded', async () => {
      stub.reset(reply(200, COMPLETED));
      expect(await outcomeOf(checkify.verify({ requestId: ` ${REQUEST_ID}\n` }))).toEqual(
        accepted('human_verified'),
      );
    });
  });

  describe('GET /v1/qr/pass/{PASS_ID}/start', () => {
    const request: CheckifySessionRequest = {
      passId: 'chk_live_1',
      requestType: 'human',
      siteUrl: 'https://www.shop.example/signup?step=2',
    };
    const started = { request_id: REQUEST_ID, qr_url: 'https://checkify.me/q/1' };

    it('names the page it comes from, and brings no key', async () => {
      stub.reset(reply(200, { ...started, poll_token: 'p', status_token: 's' }));
      expect(await checkify.startSession(request)).toEqual({
        requestId: REQUEST_ID,
        qrUrl: 'https://checkify.me/q/1',
        pollToken: 'p',
        statusToken: 's',
      });
      expectRequests(stub.seen, {
        method: 'GET',
        path: '/v1/qr/pass/chk_live_1/start?request_type=human',
        headers: {
          accept: 'application/json',
          origin: 'https://www.shop.example',
          'x-checkify-site-url': 'https://www.shop.example',
        },
      });
    });

    it('asks for an age, and does without the tokens that are not documented', async () => {
      stub.reset(reply(200, started));
      expect(await checkify.startSession({ ...request, requestType: 'age_over_25' })).toEqual({
        requestId: REQUEST_ID,
        qrUrl: 'https://checkify.me/q/1',
      });
      expect(stub.seen[0]!.path).toBe('/v1/qr/pass/chk_live_1/start?request_type=age_over_25');
    });

    it.each([
      ['requestType', 'over_18', /'human', or 'age_over_N' with N from 10 to 110/],
      ['passId', 'csk_live_1', /site API key.*"chk_"/],
    ])('says what to write for the %s "%s"', async (member, value, advice) => {
      await expect(checkify.startSession({ ...request, [member]: value })).rejects.toThrow(advice);
    });

    it('keeps www and apex apart', async () => {
      stub.reset(reply(200, started));
      await checkify.startSession({ ...request, siteUrl: 'https://shop.example:8443/' });
      expect(stub.seen[0]!.headers.origin).toBe('https://shop.example:8443');
    });

    it.each<[string, Script, ReturnType<typeof failed>]>([
      ['403, a domain that is not allowed', reply(403, error('domain')), failed('provider_refused')],
      ['404', reply(404, {}), failed('provider_protocol')],
      ['200 without request_id', reply(200, { qr_url: started.qr_url }), failed('provider_protocol')],
      ['200 without qr_url', reply(200, { request_id: 'r' }), failed('provider_protocol')],
      [
        'a javascript: qr_url',
        reply(200, { ...started, qr_url: 'javascript:alert(1)' }),
        failed('provider_protocol'),
      ],
      ['a relative qr_url', reply(200, { ...started, qr_url: '/q/1' }), failed('provider_protocol')],
      ['201', reply(201, started), failed('provider_protocol')],
      ['HTML', reply(200, '<html>'), failed('provider_protocol')],
      ['429', reply(429, {}, { 'retry-after': '3' }), failed('provider_rate_limited', 3000)],
      ['500', reply(500, started), failed('provider_unavailable')],
    ])('starts nothing on %s', async (_, script, outcome) => {
      stub.reset(script);
      expect(await outcomeOf(checkify.startSession(request) as never)).toEqual(outcome);
    });

    it.each([
      [{ passId: '' }],
      [{ passId: '..' }],
      [{ siteUrl: 'shop.example' }],
      [{ siteUrl: 'ftp://shop.example' }],
      [{ siteUrl: 'javascript:alert(1)' }],
      [{ passId: 7 as never }],
      [{ passId: 'csk_live_1' }],
      [{ requestType: 'human_verified' as 'human' }],
      [{ requestType: 'Human' as 'human' }],
      [{ requestType: 'human&x=1#y' as 'human' }],
      [{ requestType: '' as 'human' }],
      [{ requestType: undefined as never }],
      [{ requestType: ['human'] as never }],
      [{ requestType: 'age_over_9' as 'human' }],
      [{ requestType: 'age_over_111' as 'human' }],
      [{ requestType: 'age_over_018' as 'human' }],
    ])('refuses %j before anything is asked', async wrong => {
      stub.reset(reply(200, started));
      const session = checkify.startSession({ ...request, ...wrong });
      expect(await outcomeOf(session as never)).toEqual(failed('configuration'));
      expect(stub.seen).toEqual([]);
    });

    it('encodes what goes into the URL', async () => {
      stub.reset(reply(200, started));
      await checkify.startSession({ ...request, passId: '../a?b#c' });
      expect(stub.seen[0]!.path).toBe('/v1/qr/pass/..%2Fa%3Fb%23c/start?request_type=human');
    });
  });

  describe('the poll endpoints', () => {
    it.each<[string, Parameters<CheckifyService['sessionStatus']>[0]]>([
      ['/v1/qr/status?token=p%26%2F1', { pollToken: 'p&/1' }],
      ['/v1/qr/status/request/r%2F1?status_token=s%3F1', { requestId: 'r/1', statusToken: 's?1' }],
    ])('asks %s without a key', async (path, session) => {
      stub.reset(reply(200, { status: 'pending' }));
      expect(await checkify.sessionStatus(session)).toBe('pending');
      expectRequests(stub.seen, { method: 'GET', path, headers: { accept: 'application/json' } });
    });

    it.each<[string, Script]>([
      ['pending', reply(200, { status: 'pending' })],
      ['completed', reply(200, { status: 'completed' })],
      ['expired', reply(200, { status: 'expired' })],
      ['expired', reply(410, error('result_expired'))],
      ['not_found', reply(404, error('result_not_found'))],
      ['unknown', reply(200, { status: 'approved' })],
      ['unknown', reply(200, { status: true })],
      ['unknown', reply(200, '<html>')],
      ['unknown', reply(202, { status: 'completed' })],
      ['unknown', reply(401, { status: 'completed' })],
    ])('reads %s', async (status, script) => {
      for (const session of [{ pollToken: 'p' }, { requestId: 'r', statusToken: 's' }]) {
        stub.reset(script);
        expect(await checkify.sessionStatus(session)).toBe(status);
      }
    });

    it.each(['.', '..', ''])('asks nothing about the request %j', async requestId => {
      stub.reset(reply(200, { status: 'completed' }));
      expect(await checkify.sessionStatus({ requestId, statusToken: 's' })).toBe('not_found');
      expect(stub.seen).toEqual([]);
    });
  });
});

describe('Checkify, asking again', () => {
  let stub: StubServer;
  let running: OpenModule;
  let checkify: CheckifyService;
  const now = { 'retry-after': '0' };

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await open({ providers: { checkify: { apiKey: API_KEY, baseUrl: stub.url } } });
    checkify = running.app.get(CheckifyService);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  function inTurn(...scripts: Script[]): void {
    stub.reset((request, response) => {
      scripts[Math.min(stub.seen.length, scripts.length) - 1]!(request, response);
    });
  }

  it('9.1.8 repeats a 5xx twice and no more', async () => {
    inTurn(reply(500, {}, now));
    expect(await outcomeOf(checkify.verifyHuman(REQUEST_ID))).toEqual(failed('provider_unavailable', 0));
    expect(stub.seen).toHaveLength(3);
  });

  it('9.1.8 lets a repeat be accepted', async () => {
    inTurn(reply(503, {}, now), reply(200, COMPLETED));
    expect(await outcomeOf(checkify.verifyHuman(REQUEST_ID))).toEqual(accepted('human_verified'));
  });

  it.each<[string, Script]>([
    ['a 5xx', reply(502, {}, now)],
    ['a lost answer', (_, response) => void response.socket?.destroy()],
  ])('9.1.8 never turns "consumed" after %s into a yes', async (_, lost) => {
    inTurn(lost, reply(409, error('verification_failed', { reason: 'consumed' })));
    expect(await outcomeOf(checkify.verifyHuman(REQUEST_ID))).toEqual(
      rejected('replayed', { code: 'verification_failed', indeterminate: true }),
    );
    expect(stub.seen).toHaveLength(2);
  });

  it.each<[string, unknown, Outcome]>([
    ['9.1.9 pending', PENDING, rejected('pending')],
    ['an answer it cannot read', '<html>', failed('provider_protocol')],
  ])('does not ask again after %s', async (_, body, outcome) => {
    inTurn(reply(200, body), reply(200, COMPLETED));
    expect(await outcomeOf(checkify.verifyHuman(REQUEST_ID))).toEqual(outcome);
    expect(stub.seen).toHaveLength(1);
  });

  it('repeats after 429, because nothing was done', async () => {
    inTurn(reply(429, error('rate_limited'), now), reply(200, COMPLETED));
    expect(await outcomeOf(checkify.verifyHuman(REQUEST_ID))).toEqual(accepted('human_verified'));
  });
});

describe('Checkify, configured', () => {
  async function withEnvironment<T>(values: Record<string, string>, run: () => Promise<T>): Promise<T> {
    const before = { ...process.env };
    Object.assign(process.env, values);
    try {
      return await run();
    } finally {
      process.env = before;
    }
  }

  it.each(['CHECKIFY_API_KEY', 'CHECKIFY_SITE_API_KEY'])('9.1.11 takes its key from %s', async name => {
    const stub = await StubServer.start();
    const environment = { [name]: 'csk_from_environment', CHECKIFY_BASE_URL: `${stub.url}/below/` };
    const running = await withEnvironment(environment, () => open({}));
    stub.reset(reply(200, COMPLETED));
    await running.app.get(CheckifyService).verifyHuman(REQUEST_ID);
    expect(stub.seen[0]).toMatchObject({
      path: '/below/v1/qr/results/verify',
      headers: { authorization: 'Bearer csk_from_environment' },
    });
    await running.app.close();
    await stub.stop();
  });

  it('9.1.11 does not start with two different keys', async () => {
    const environment = { CHECKIFY_API_KEY: 'csk_a', CHECKIFY_SITE_API_KEY: 'csk_b' };
    await expect(withEnvironment(environment, () => open({}))).rejects.toMatchObject({
      code: 'configuration',
    });
  });

  it('is refused by itself without a key', async () => {
    const running = await open({});
    const checkify = running.app.get(CheckifyService);
    expect(await outcomeOf(checkify.verifyHuman(REQUEST_ID))).toEqual(failed('configuration'));
    await running.app.close();
  });
});
