import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AcceptedVerdict, Verdict } from 'nestjs-verification';
import type { CaptchaVerdict } from 'nestjs-verification/captcha';
import { FRIENDLY_CAPTCHA } from '../answers/friendly-captcha.answers.js';
import { reply, StubServer } from '../support/stub-server.js';
import { friendlyCaptchaAt, SECRET_KEY } from './captcha-at.js';
import { open, type OpenModule } from './open.js';
import { accepted, failed, outcomeOf, rejected, type Outcome } from './outcome.js';
import { expectRequests } from './wire-request.js';

const NAME = 'friendly-captcha';
const TOKEN = 'AQ."the\\response';
const HUMAN = accepted('human_verified');
const { yes, no } = FRIENDLY_CAPTCHA;
const elsewhere = rejected('other_site', { code: 'hostname-mismatch' });
const nowhere = rejected('field_missing', { missingFields: ['hostname'] });

// [what it is, the status, the body, what becomes of it, options]
const ROWS: readonly (readonly [string, number, unknown, Outcome, object?])[] = [
  ['a yes', 200, yes(), HUMAN],
  ['a yes with members that are new', 200, { ...yes(), version: 3 }, HUMAN],
  [
    'response_invalid',
    200,
    no('response_invalid'),
    rejected('unknown_evidence', { code: 'response_invalid' }),
  ],
  ['response_timeout', 200, no('response_timeout'), rejected('expired', { code: 'response_timeout' })],
  ['response_duplicate', 200, no('response_duplicate'), rejected('replayed', { code: 'response_duplicate' })],
  [
    'response_missing',
    400,
    no('response_missing'),
    rejected('malformed_evidence', { code: 'response_missing' }),
  ],
  ['bad_request', 400, no('bad_request'), rejected('malformed_evidence', { code: 'bad_request' })],
  ['auth_required', 401, no('auth_required'), failed('provider_refused')],
  ['auth_invalid', 401, no('auth_invalid'), failed('provider_refused')],
  ['sitekey_invalid', 400, no('sitekey_invalid'), failed('provider_refused')],
  ['internal_server_error', 500, no('internal_server_error'), failed('provider_unavailable')],
  ['an outage, where the provider advises to accept', 503, '', failed('provider_unavailable')],
  ['a code that is not documented', 400, no('method_not_allowed'), failed('provider_protocol')],
  ['a no without a code', 200, { success: false }, failed('provider_protocol')],
  ['the yes of a mock', 200, { success: true }, failed('provider_protocol')],
  ['a yes about no challenge', 200, { success: true, data: {} }, failed('provider_protocol')],
  ['a yes beside an error', 200, { ...no('response_invalid'), ...yes() }, failed('provider_protocol')],
  ['a yes that is text', 200, { ...yes(), success: 'true' }, failed('provider_protocol')],
  ['a yes under 400', 400, yes(), failed('provider_protocol')],
  ['a bare host', 200, yes('shop.example'), HUMAN],
  ['an origin with a port', 200, yes('http://shop.example:8080'), HUMAN],
  ['another host', 200, yes('https://shop.example.evil.example'), elsewhere],
  ['a host as the user of a URL', 200, yes('https://shop.example@evil.example'), elsewhere],
  ['an unknown origin', 200, yes(''), nowhere],
  ['no origin', 200, yes(null), nowhere],
  ['an origin that is none', 200, yes(['https://shop.example']), nowhere],
  ['an unknown origin where none is demanded', 200, yes(''), HUMAN, { hostnames: undefined }],
];

describe('Friendly Captcha', () => {
  let stub: StubServer;
  let running: OpenModule;
  const own = async (more: object): Promise<OpenModule> =>
    open({ ...friendlyCaptchaAt(stub.url, more), http: { retries: 2 } });

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await own({});
  });
  beforeEach(() => {
    stub.reset(reply(200, yes()));
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it.each(ROWS.map(row => [row[0], row] as const))('%s', async (_, [, status, body, outcome, options]) => {
    const asking = options === undefined ? running : await own(options);
    stub.reset(reply(status, body));
    expect(await outcomeOf(asking.verify(NAME, { token: TOKEN }))).toEqual(outcome);
    expect(stub.seen).toHaveLength(1);
    if (asking !== running) await asking.app.close();
  });

  it.each([{}, { sitekey: 'FCMST5VUMCBOCGQ9' }])('asks as documented, with %j', async more => {
    const { app, verify } = await own(more);
    await verify(NAME, { token: TOKEN });
    await app.close();
    const headers = {
      'x-api-key': SECRET_KEY,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    expectRequests(stub.seen, {
      method: 'POST',
      path: FRIENDLY_CAPTCHA.verify,
      headers,
      body: { response: TOKEN, ...more },
    });
  });

  it.each(['.UNSTARTED', '.SOLVING', '.ERROR.UNREACHABLE', '.', 'x'.repeat(16_385)])(
    'asks nobody about what is no token yet: %.20s',
    async token => {
      expect(await outcomeOf(running.verify(NAME, { token }))).toEqual(failed('evidence_missing'));
      expect(stub.seen).toEqual([]);
    },
  );

  it('asks about a token of 16 KiB', async () => {
    expect(await outcomeOf(running.verify(NAME, { token: 'x'.repeat(16_384) }))).toEqual(HUMAN);
  });

  it('tells the host and the time, and no end: its life is not documented', async () => {
    const verdict = (await running.verify(NAME, { token: TOKEN })) as Verdict<
      AcceptedVerdict & CaptchaVerdict
    >;
    expect(verdict).toMatchObject({ hostname: 'shop.example', challengedAt: expect.any(Date) });
    expect(verdict).not.toHaveProperty('validUntil');
  });

  it('does not ask twice after bytes were sent', async () => {
    stub.reset((_, response) => response.destroy());
    expect(await outcomeOf(running.verify(NAME, { token: TOKEN }))).toEqual(failed('provider_unavailable'));
    expect(stub.seen).toHaveLength(1);
  });
});
