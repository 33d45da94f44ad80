import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VerifyIdService, type ClaimOf, type VerifyIdStartRequest } from 'nestjs-verification';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { open, type OpenModule } from './open.js';
import { accepted, failed, outcomeOf, rejected, type Outcome } from './outcome.js';
import { expectRequests } from './wire-request.js';

const TOKEN = 'TOKEN_HERE';
const DEVICE = '3f2f4c9e-8f3e-4b3c-9a63-1f2d3c4b5a69';
const HEADERS = { accept: 'application/json', 'cache-control': 'no-store' };

interface Row {
  readonly title: string;
  readonly status: number;
  readonly body: unknown;
  readonly outcome: Outcome;
  readonly claims?: readonly ClaimOf<'verifyid'>[];
}

const BOTH = ['age_over_16', 'age_over_18'] as const;

const DOCUMENTED: readonly Row[] = [
  { title: '200 {age: 18} for 18', status: 200, body: VERIFYID.yes(), outcome: accepted(...BOTH) },
  {
    title: '200 {age: 18} for 16',
    status: 200,
    body: VERIFYID.yes(),
    claims: ['age_over_16'],
    outcome: accepted(...BOTH),
  },
  {
    title: '200 {age: 16} for 16',
    status: 200,
    body: VERIFYID.yes(16),
    claims: ['age_over_16'],
    outcome: accepted('age_over_16'),
  },
  {
    title: '404 {age: null}',
    status: 404,
    body: VERIFYID.no,
    outcome: rejected('not_verified', { code: 404 }),
  },
];

const DECIDED: readonly Row[] = [
  ...[{}, { error: 'x' }, { age: undefined }, { Age: 18 }, { AGE: 18 }].map(body => ({
    title: `9.4.1 does not pass without an age in ${JSON.stringify(body)}`,
    status: 200,
    body,
    outcome: failed('provider_protocol'),
  })),
  ...['18', true, [18], { value: 18 }, 18.5, '16'].map(age => ({
    title: `9.4.1 does not take ${JSON.stringify(age)} for an age`,
    status: 200,
    body: VERIFYID.yes(age),
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.4.2 does not let 16 pass for 18',
    status: 200,
    body: VERIFYID.yes(16),
    outcome: rejected('claim_missing', { missingClaims: ['age_over_18'] }),
  },
  {
    title: '9.4.2 does not let 16 pass for 16 and 18',
    status: 200,
    body: VERIFYID.yes(16),
    claims: BOTH,
    outcome: rejected('claim_missing', { missingClaims: ['age_over_18'] }),
  },
  {
    title: '9.4.2 does not let 16 pass for 17',
    status: 200,
    body: VERIFYID.yes(16),
    claims: ['age_over_17'],
    outcome: rejected('claim_missing', { missingClaims: ['age_over_17'] }),
  },
  {
    title: '9.4.2 lets 18 pass for 17, which it is over',
    status: 200,
    body: VERIFYID.yes(),
    claims: ['age_over_17'],
    outcome: accepted(...BOTH, 'age_over_17'),
  },
  ...[0, 1, 15, 17, 19, 21, 99, -18, 1e21].map(age => ({
    title: `9.4.2 does not believe the age ${String(age)}, which is not documented`,
    status: 200,
    body: VERIFYID.yes(age),
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.4.4 calls an age of null not verified, under 200 as well',
    status: 200,
    body: VERIFYID.no,
    outcome: rejected('not_verified'),
  },
  ...['<html>', '', '{}', '{"age":18}', '{"age":16}', 'null', '[]'].map(body => ({
    title: `9.4.4 takes 404 with ${JSON.stringify(body)} for no verdict`,
    status: 404,
    body,
    outcome: failed('provider_protocol'),
  })),
  ...[400, 403, 410].map(status => ({
    title: `takes {age: null} under ${String(status)} for no verdict`,
    status,
    body: VERIFYID.no,
    outcome: failed('provider_protocol'),
  })),
  { title: '429', status: 429, body: {}, outcome: failed('provider_rate_limited') },
  ...[500, 502, 503].map(status => ({
    title: `9.4.7 calls ${String(status)} unavailable`,
    status,
    body: {},
    outcome: failed('provider_unavailable'),
  })),
];

describe('VerifyID', () => {
  let stub: StubServer;
  let running: OpenModule;
  let verifyid: VerifyIdService;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await open({
      http: { retries: 0 },
      providers: { verifyid: { pluginKey: 'plugin/key?1', baseUrl: stub.url } },
    });
    verifyid = running.app.get(VerifyIdService);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  describe('GET /api/auth_check/{web_user_id}/{device_id}', () => {
    it.each([...DOCUMENTED, ...DECIDED])('$title', async ({ status, body, claims, outcome }) => {
      stub.reset(reply(status, body));
      const verdict = verifyid.verify(
        { token: TOKEN, deviceId: DEVICE },
        { claims: claims ?? ['age_over_18'] },
      );
      expect(await outcomeOf(verdict)).toEqual(outcome);
      expectRequests(stub.seen, {
        method: 'GET',
        path: VERIFYID.check(TOKEN, DEVICE),
        headers: HEADERS, // 9.4.6, and no credential
      });
    });

    it('9.4.6 tells the age with a yes, to be stored', async () => {
      stub.reset(reply(200, VERIFYID.yes()));
      expect(
        await verifyid.verify({ token: TOKEN, deviceId: DEVICE }, { claims: ['age_over_16'] }),
      ).toMatchObject({
        outcome: 'accepted',
        age: 18,
      });
    });

    it.each([undefined, [], ['age_over_21'], ['age_over_19'], ['human_verified'], ['age_over_018']])(
      '9.4.2 refuses to be asked for %j',
      async claims => {
        stub.reset(reply(200, VERIFYID.yes()));
        const demand = { claims } as unknown as { claims: ClaimOf<'verifyid'>[] };
        expect(await outcomeOf(verifyid.verify({ token: TOKEN, deviceId: DEVICE }, demand))).toEqual(
          failed('configuration'),
        );
        expect(stub.seen).toEqual([]);
      },
    );

    it.each([
      ['a/b', 'a%2Fb'],
      ['x?y', 'x%3Fy'],
      ['x#y', 'x%23y'],
      ['#', '%23'],
      ['?age=18', '%3Fage%3D18'],
      ['%2e%2e', '%252e%252e'],
      ['%2e', '%252e'],
      ['%2F', '%252F'],
      ['a+b', 'a%2Bb'],
      ['../..', '..%2F..'],
      ['../../url_generator_s/k', '..%2F..%2Furl_generator_s%2Fk'],
      ['..\\..', '..%5C..'],
      ['//evil.example', '%2F%2Fevil.example'],
      ['http://evil.example/', 'http%3A%2F%2Fevil.example%2F'],
      ['@evil.example', '%40evil.example'],
      ['a;b', 'a%3Bb'],
      ['...', '...'],
      ['{}|^`<>"', '%7B%7D%7C%5E%60%3C%3E%22'],
      ['x'.repeat(128), 'x'.repeat(128)],
    ])('9.4.3 keeps %j inside its segment', async (value, segment) => {
      stub.reset(reply(404, VERIFYID.no));
      await verifyid.verify({ token: value, deviceId: DEVICE }, { claims: ['age_over_18'] });
      await verifyid.verify({ token: TOKEN, deviceId: value }, { claims: ['age_over_18'] });
      expect(stub.seen.map(({ path }) => path)).toEqual([
        VERIFYID.check(segment, DEVICE),
        VERIFYID.check(TOKEN, segment),
      ]);
    });

    it.each(['.', '..', ' .. '])('9.4.3 asks nothing about the segment %j', async value => {
      stub.reset(reply(200, VERIFYID.yes()));
      for (const evidence of [
        { token: value, deviceId: DEVICE },
        { token: TOKEN, deviceId: value },
      ]) {
        expect(await outcomeOf(verifyid.verify(evidence, { claims: ['age_over_18'] }))).toEqual(
          rejected('malformed_evidence'),
        );
      }
      expect(stub.seen).toEqual([]);
    });

    it.each([
      '',
      ' ',
      'a\nb',
      'a\u0000b',
      '\udc00',
      'a b',
      'é',
      '．．',
      '%'.repeat(2049),
      ['a'],
      ['a', 'b'],
      { a: 'b' },
      18,
      null,
      undefined,
    ])('9.4.8 asks nothing about %j', async value => {
      stub.reset(reply(200, VERIFYID.yes()));
      const wrong = value as string;
      for (const evidence of [
        { token: wrong, deviceId: DEVICE },
        { token: TOKEN, deviceId: wrong },
      ]) {
        expect(await outcomeOf(verifyid.verify(evidence, { claims: ['age_over_18'] }))).toEqual(
          failed('evidence_missing'),
        );
      }
      expect(stub.seen).toEqual([]);
    });
  });

  describe('the url generators', () => {
    const start: VerifyIdStartRequest = {
      returnUrl: 'https://shop.example/back?cart=1&x=a b#top',
      minimumAge: 18,
      method: 'mitid',
    };
    const url = 'https://app.verifyid.dk/verify/m123';

    it.each([
      ['mitid', 'url_generator_s', 18],
      ['mitid', 'url_generator_s', 16],
      ['bankid', 'url_generator_bankid', 18],
      ['bankid', 'url_generator_bankid', 16],
    ] as const)('starts %s at %s for %s', async (method, generator, minimumAge) => {
      stub.reset(reply(200, { url }));
      const started = await verifyid.start({ ...start, method, minimumAge });
      expect(started).toEqual({ url, deviceId: expect.any(String), challengeId: expect.any(String) });
      const back = encodeURIComponent(`&challenge_id=${started.challengeId}#top`);
      expectRequests(stub.seen, {
        method: 'GET',
        path: `/api/${generator}/plugin%2Fkey%3F1/${started.deviceId}/${String(minimumAge)}?domain=https%3A%2F%2Fshop.example%2Fback%3Fcart%3D1%26x%3Da%20b${back}`,
        headers: HEADERS,
      });
    });

    it('9.4.5 makes a new UUID4 for every login, whatever a browser says', async () => {
      stub.reset(reply(200, { url }));
      const theirs = { ...start, deviceId: 'from-the-browser' };
      await expect(verifyid.start(theirs)).rejects.toMatchObject({ code: 'configuration' });
      const ids = [(await verifyid.start(start)).deviceId, (await verifyid.start(start)).deviceId];
      for (const id of ids) {
        expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      }
      expect(new Set(ids).size).toBe(2);
    });

    it.each<[string, Script, ReturnType<typeof failed>]>([
      ['403 {url: null}', reply(403, { url: null }), failed('provider_refused')],
      ['403 with an address', reply(403, { url }), failed('provider_refused')],
      ['404 {url: null}', reply(404, { url: null }), failed('provider_refused')],
      ['404 with a page', reply(404, '<html>'), failed('provider_protocol')],
      ['404 with an address', reply(404, { url }), failed('provider_protocol')],
      ['200 {url: null}', reply(200, { url: null }), failed('provider_protocol')],
      ['200 {}', reply(200, {}), failed('provider_protocol')],
      ['200 with a page', reply(200, '<html>'), failed('provider_protocol')],
      ['a list', reply(200, { url: [url] }), failed('provider_protocol')],
      ['302', reply(302, { url }, { location: url }), failed('provider_protocol')],
      ['a javascript: address', reply(200, { url: 'javascript:alert(1)' }), failed('provider_protocol')],
      ['a data: address', reply(200, { url: 'data:text/html,x' }), failed('provider_protocol')],
      ['an http: address', reply(200, { url: 'http://app.verifyid.dk/v' }), failed('provider_protocol')],
      ['a relative address', reply(200, { url: '/verify/m123' }), failed('provider_protocol')],
      ['429', reply(429, {}, { 'retry-after': '2' }), failed('provider_rate_limited', 2000)],
      ['500', reply(500, { url }), failed('provider_unavailable')],
    ])('sends nobody anywhere on %s', async (_, script, outcome) => {
      for (const method of ['mitid', 'bankid'] as const) {
        stub.reset(script);
        expect(await outcomeOf(verifyid.start({ ...start, method }) as never)).toEqual(outcome);
        expect(stub.seen).toHaveLength(1);
      }
    });

    it.each([
      [{ returnUrl: 'shop.example' }],
      [{ returnUrl: '/back' }],
      [{ returnUrl: 'javascript:alert(1)' }],
      [{ returnUrl: '' }],
      [{ minimumAge: 21 }],
      [{ minimumAge: '18' }],
      [{ method: 'nemid' }],
      [{ method: 'constructor' }],
    ])('asks nothing for %j', async wrong => {
      stub.reset(reply(200, { url }));
      const request = { ...start, ...wrong } as VerifyIdStartRequest;
      expect(await outcomeOf(verifyid.start(request) as never)).toEqual(failed('configuration'));
      expect(stub.seen).toEqual([]);
    });
  });
});

describe('VerifyID, asking again', () => {
  it.each<[string, Script]>([
    ['500', reply(500, {}, { 'retry-after': '0' })],
    ['a lost answer', (_, response) => void response.socket?.destroy()],
  ])('9.4.6 spends a token once, also after %s', async (_, script) => {
    const stub = await StubServer.start();
    const running = await open({ providers: { verifyid: { pluginKey: 'k', baseUrl: stub.url } } });
    const verifyid = running.app.get(VerifyIdService);
    stub.reset(script);
    const verdict = verifyid.verify({ token: TOKEN, deviceId: DEVICE }, { claims: ['age_over_18'] });
    expect(await outcomeOf(verdict)).toMatchObject({ code: 'provider_unavailable' });
    expect(stub.seen).toHaveLength(1);
    await running.app.close();
    await stub.stop();
  });
});

describe('VerifyID, configured', () => {
  it('checks a login without any credential, but starts none', async () => {
    const stub = await StubServer.start();
    const running = await open({ providers: { verifyid: { baseUrl: stub.url } } });
    const verifyid = running.app.get(VerifyIdService);
    stub.reset(reply(200, VERIFYID.yes()));
    const verdict = verifyid.verify({ token: TOKEN, deviceId: DEVICE }, { claims: ['age_over_18'] });
    expect(await outcomeOf(verdict)).toEqual(accepted(...BOTH));
    const start = verifyid.start({ returnUrl: 'https://shop.example/', minimumAge: 18, method: 'mitid' });
    expect(await outcomeOf(start as never)).toEqual(failed('configuration'));
    expect(stub.seen).toHaveLength(1);
    await running.app.close();
    await stub.stop();
  });

  it('9.4.10 does not start in production with the public test key', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(open({ providers: { verifyid: { pluginKey: 'verifyid_test' } } })).rejects.toMatchObject({
        code: 'configuration',
      });
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });
});
