import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AcceptedVerdict, Verdict, VerificationModuleOptions } from 'nestjs-verification';
import type { CaptchaVerdict } from 'nestjs-verification/captcha';
import { HCAPTCHA } from '../answers/hcaptcha.answers.js';
import { RECAPTCHA } from '../answers/recaptcha.answers.js';
import { TURNSTILE } from '../answers/turnstile.answers.js';
import { REQUEST_HEADERS } from '../../lib/src/http/request-headers.js';
import { reply, StubServer } from '../support/stub-server.js';
import { hcaptchaAt, recaptchaAt, SECRET_KEY, turnstileAt } from './captcha-at.js';
import { open, type OpenModule } from './open.js';
import { accepted, failed, outcomeOf, rejected, type Outcome } from './outcome.js';

const TOKEN = '0.token&of=the form'.replace(' ', '+');
const HUMAN = accepted('human_verified');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

type Row = readonly [
  title: string,
  body: unknown,
  outcome: Outcome,
  requirement?: object,
  options?: object,
  status?: number,
];
type At = (
  baseUrl: string,
  more?: object,
) => Pick<VerificationModuleOptions, 'providers' | 'customProviders'>;

/** What the three have in common, in the words of one of them. */
const common = (
  yes: (more?: object) => object,
  no: (...codes: readonly string[]) => object,
): readonly Row[] => [
  ['a yes', yes(), HUMAN],
  ['a no without a code', { success: false }, rejected('not_verified')],
  ['a no with an empty list', no(), rejected('not_verified')],
  ...['missing-input-secret', 'invalid-input-secret'].map((code): Row => [
    code,
    no(code),
    failed('provider_refused'),
  ]),
  ['a refused secret under 400', no('invalid-input-secret'), failed('provider_refused'), {}, {}, 400],
  [
    'missing-input-response',
    no('missing-input-response'),
    rejected('malformed_evidence', { code: 'missing-input-response' }),
  ],
  [
    'invalid-input-response',
    no('invalid-input-response'),
    rejected('unknown_evidence', { code: 'invalid-input-response' }),
  ],
  [
    'the same under 400',
    no('invalid-input-response'),
    rejected('unknown_evidence', { code: 'invalid-input-response' }),
    {},
    {},
    400,
  ],
  ['bad-request', no('bad-request'), rejected('malformed_evidence', { code: 'bad-request' })],
  ['a code that is not documented', no('canary'), failed('provider_protocol')],
  ['a code that every object has', no('constructor'), failed('provider_protocol')],
  [
    'a known code beside an unknown one',
    no('canary', 'bad-request'),
    rejected('malformed_evidence', { code: 'bad-request' }),
  ],
  [
    'a refused secret beside a bad token',
    no('invalid-input-response', 'invalid-input-secret'),
    failed('provider_refused'),
  ],
  ...['true', 1, 'yes', null, {}, [true], undefined].map((success): Row => [
    `success ${JSON.stringify(success)}`,
    { ...yes(), success },
    failed('provider_protocol'),
  ]),
  [
    'a yes with an error code',
    { ...yes(), 'error-codes': ['invalid-input-response'] },
    failed('provider_protocol'),
  ],
  ['a yes with an unknown code', { ...yes(), 'error-codes': ['canary'] }, failed('provider_protocol')],
  ['a yes with errors that are no list', { ...yes(), 'error-codes': 'none' }, failed('provider_protocol')],
  ['a no with errors that are no texts', { success: false, 'error-codes': [1] }, failed('provider_protocol')],
  ['a yes under 400', yes(), failed('provider_protocol'), {}, {}, 400],
  ['a no without a code under 403', { success: false }, failed('provider_protocol'), {}, {}, 403],
  ['no answer that is one', {}, failed('provider_protocol')],
  [
    'another host',
    yes({ hostname: 'shop.example.evil.example' }),
    rejected('other_site', { code: 'hostname-mismatch' }),
  ],
  [
    'a host in capitals',
    yes({ hostname: 'Shop.example' }),
    rejected('other_site', { code: 'hostname-mismatch' }),
  ],
  [
    'a subdomain',
    yes({ hostname: 'www.shop.example' }),
    rejected('other_site', { code: 'hostname-mismatch' }),
  ],
  [
    'one host of several',
    yes({ hostname: 'b.example' }),
    HUMAN,
    {},
    { hostnames: ['a.example', 'b.example'] },
  ],
  ...[undefined, null, '', 7, ['shop.example']].map((hostname): Row => [
    `the host ${JSON.stringify(hostname)}`,
    yes({ hostname }),
    rejected('field_missing', { missingFields: ['hostname'] }),
  ]),
  ['no host where none is demanded', yes({ hostname: undefined }), HUMAN, {}, { hostnames: undefined }],
];

const wrongAction = (yes: (more?: object) => object): readonly Row[] => [
  ['the action', yes(), HUMAN, { action: 'signup' }],
  [
    'another action',
    yes({ action: 'login' }),
    rejected('not_verified', { code: 'action-mismatch' }),
    { action: 'signup' },
  ],
  [
    'an action in capitals',
    yes({ action: 'Signup' }),
    rejected('not_verified', { code: 'action-mismatch' }),
    { action: 'signup' },
  ],
  ...[undefined, null, '', 1].map((action): Row => [
    `the action ${JSON.stringify(action)}`,
    yes({ action }),
    rejected('field_missing', { missingFields: ['action'] }),
    { action: 'signup' },
  ]),
  ['another action where none is demanded', yes({ action: 'login' }), HUMAN],
];

const tooOld = (yes: (more?: object) => object, lifeSeconds: number): readonly Row[] => [
  ['a token of the last second', yes({ challenge_ts: ago(lifeSeconds - 5) }), HUMAN],
  ['a token that is much too old', yes({ challenge_ts: ago(2 * lifeSeconds + 1) }), rejected('expired')],
  [
    'a challenge that took long, or a clock that is behind',
    yes({ challenge_ts: ago(2 * lifeSeconds - 5) }),
    HUMAN,
  ],
  ['a clock that is ahead of ours', yes({ challenge_ts: ago(-3600) }), HUMAN],
  ['a date that is none', yes({ challenge_ts: 'today' }), HUMAN],
];

const low = rejected('not_verified', { code: 'score-threshold-not-met' });
const noScore = rejected('field_missing', { missingFields: ['score'] });

const duplicate = rejected('expired_or_replayed', { code: 'timeout-or-duplicate' });

const PROVIDERS: readonly {
  readonly name: string;
  readonly at: At;
  readonly path: string;
  readonly yes: (more?: object) => object;
  readonly lifeMs: number;
  readonly extras: Partial<CaptchaVerdict>;
  readonly rows: readonly Row[];
}[] = [
  {
    name: 'turnstile',
    at: turnstileAt,
    path: TURNSTILE.verify,
    yes: TURNSTILE.yes,
    lifeMs: 300_000,
    extras: { hostname: 'shop.example', action: 'signup', score: undefined },
    rows: [
      ...common(TURNSTILE.yes, TURNSTILE.no),
      ...wrongAction(TURNSTILE.yes),
      ...tooOld(TURNSTILE.yes, 300),
      ['timeout-or-duplicate', TURNSTILE.no('timeout-or-duplicate'), duplicate],
      ['internal-error', TURNSTILE.no('internal-error'), failed('provider_unavailable')],
    ],
  },
  {
    name: 'hcaptcha',
    at: hcaptchaAt,
    path: HCAPTCHA.verify,
    yes: HCAPTCHA.yes,
    lifeMs: 120_000,
    extras: { hostname: 'shop.example', action: undefined, score: undefined },
    rows: [
      ...common(HCAPTCHA.yes, HCAPTCHA.no),
      ...tooOld(HCAPTCHA.yes, 120),
      ...(
        [
          ['expired-input-response', 'expired'],
          ['already-seen-response', 'replayed'],
          ['invalid-or-already-seen-response', 'expired_or_replayed'],
          ['invalid-remoteip', 'malformed_evidence'],
          ['not-using-dummy-passcode', 'other_site'],
          ['not-using-dummy-secret', 'other_site'],
          ['sitekey-secret-mismatch', 'other_site'],
          ['invalid-sitekey', 'other_site'],
        ] as const
      ).map(([code, reason]): Row => [code, HCAPTCHA.no(code), rejected(reason, { code })]),
      ['missing-remoteip', HCAPTCHA.no('missing-remoteip'), failed('provider_refused')],
      ['a high risk that nobody limits', HCAPTCHA.yes({ score: 1 }), HUMAN],
      ['a risk at the limit of the options', HCAPTCHA.yes({ score: 0.7 }), HUMAN, {}, { maxRiskScore: 0.7 }],
      [
        'a risk above the limit of the options',
        HCAPTCHA.yes({ score: 0.71 }),
        low,
        {},
        { maxRiskScore: 0.7 },
      ],
      [
        'a risk above the limit of the route',
        HCAPTCHA.yes({ score: 0.5 }),
        low,
        { maxRiskScore: 0.4 },
        { maxRiskScore: 0.7 },
      ],
      ['no risk score where one is demanded', HCAPTCHA.yes(), noScore, {}, { maxRiskScore: 1 }],
      [
        'a risk score that is text',
        HCAPTCHA.yes({ score: '0.1' }),
        failed('provider_protocol'),
        {},
        { maxRiskScore: 1 },
      ],
    ],
  },
  {
    name: 'recaptcha',
    at: recaptchaAt,
    path: RECAPTCHA.verify,
    yes: RECAPTCHA.v3,
    lifeMs: 120_000,
    extras: { hostname: 'shop.example', action: 'signup', score: 0.9 },
    rows: [
      ...common(RECAPTCHA.v2, RECAPTCHA.no),
      ...wrongAction(RECAPTCHA.v3),
      ...tooOld(RECAPTCHA.v2, 120),
      ['timeout-or-duplicate', RECAPTCHA.no('timeout-or-duplicate'), duplicate],
      ['a score at the default', RECAPTCHA.v3({ score: 0.5 }), HUMAN],
      ['a score below the default, which nobody named', RECAPTCHA.v3({ score: 0.49 }), low],
      ['a score of nothing', RECAPTCHA.v3({ score: 0 }), low],
      ['a score below that of the options', RECAPTCHA.v3({ score: 0.6 }), low, {}, { minScore: 0.7 }],
      [
        'a score below that of the route',
        RECAPTCHA.v3({ score: 0.8 }),
        low,
        { minScore: 0.9 },
        { minScore: 0.7 },
      ],
      [
        'a route that asks for less than the options',
        RECAPTCHA.v3({ score: 0.3 }),
        HUMAN,
        { minScore: 0.3 },
        { minScore: 0.7 },
      ],
      ['any score', RECAPTCHA.v3({ score: 0 }), HUMAN, { minScore: 0 }],
      ['no score where one is demanded', RECAPTCHA.v2(), noScore, { minScore: 0 }],
      ['no score where the options demand one', RECAPTCHA.v2(), noScore, {}, { minScore: 0.5 }],
      ...['0.9', null, 1.1, -1, [0.9], true].map((score): Row => [
        `the score ${JSON.stringify(score)}`,
        RECAPTCHA.v3({ score }),
        failed('provider_protocol'),
      ]),
    ],
  },
];

describe.each(PROVIDERS)('$name', ({ name, at, path, yes, lifeMs, extras, rows }) => {
  let stub: StubServer;
  let running: OpenModule;
  const opened = new Map<string, OpenModule>();
  const opening = async (more: object = {}): Promise<OpenModule> => {
    const key = JSON.stringify([more, Object.keys(more)]);
    const known = opened.get(key) ?? (await open({ ...at(stub.url, more), http: { retries: 0 } }));
    opened.set(key, known);
    return known;
  };

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await opening();
  });
  beforeEach(() => {
    stub.reset(reply(200, yes()));
  });
  afterAll(async () => {
    await Promise.all([...opened.values()].map(({ app }) => app.close()));
    await stub.stop();
  });

  it.each(
    rows.map(([title, body, outcome, requirement, options, status]) => ({
      title,
      body,
      outcome,
      requirement,
      options,
      status,
    })),
  )('$title', async ({ body, outcome, requirement, options, status }) => {
    const own = await opening(options);
    stub.reset(reply(status ?? 200, body));
    expect(await outcomeOf(own.verify(name, { token: TOKEN }, requirement))).toEqual(outcome);
    expect(stub.seen).toHaveLength(1);
  });

  it('asks as documented, in a form', async () => {
    await running.verify(name, { token: TOKEN });
    const [request] = stub.seen;
    expect(request).toMatchObject({ method: 'POST', path });
    expect(request?.headers).toMatchObject({
      ...REQUEST_HEADERS,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    });
    const { idempotency_key, ...form } = Object.fromEntries(new URLSearchParams(request?.body));
    expect(form).toEqual({ secret: SECRET_KEY, response: TOKEN });
    if (name === 'turnstile') expect(idempotency_key).toMatch(UUID);
    else expect(idempotency_key).toBeUndefined();
  });

  it('tells host, action, score and time, and ends with the token', async () => {
    const verdict = (await running.verify(name, { token: TOKEN })) as Verdict<
      AcceptedVerdict & CaptchaVerdict
    >;
    if (verdict.outcome !== 'accepted') throw new Error(verdict.reason);
    expect(verdict).toMatchObject({
      outcome: 'accepted',
      provider: name,
      claims: ['human_verified'],
      ...extras,
    });
    expect(Date.now() - verdict.challengedAt!.getTime()).toBeLessThan(5_000);
    expect(verdict.validUntil).toEqual(new Date(verdict.challengedAt!.getTime() + lifeMs));
  });
});

describe('a repetition', () => {
  it.each([
    { name: 'turnstile', at: turnstileAt, yes: TURNSTILE.yes(), attempts: 3, outcome: HUMAN },
    {
      name: 'hcaptcha',
      at: hcaptchaAt,
      yes: HCAPTCHA.yes(),
      attempts: 1,
      outcome: failed('provider_unavailable'),
    },
    {
      name: 'recaptcha',
      at: recaptchaAt,
      yes: RECAPTCHA.v3(),
      attempts: 1,
      outcome: failed('provider_unavailable'),
    },
  ])('of $name happens $attempts times, under one key', async ({ name, at, yes, attempts, outcome }) => {
    const stub = await StubServer.start();
    const running = await open({ ...at(stub.url), http: { retries: 2 } });
    stub.reset((request, response) => {
      if (stub.seen.length === 1) response.destroy();
      else reply(stub.seen.length === 2 ? 503 : 200, yes)(request, response);
    });
    expect(await outcomeOf(running.verify(name, { token: TOKEN }))).toEqual(outcome);
    expect(stub.seen).toHaveLength(attempts);
    expect(new Set(stub.seen.map(({ body }) => body)).size).toBe(1);
    await running.verify(name, { token: TOKEN }).catch(() => undefined);
    if (name === 'turnstile') expect(stub.seen.at(-1)?.body).not.toBe(stub.seen[0]?.body);
    await running.app.close();
    await stub.stop();
  });
});
