import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import fc from 'fast-check';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { type Evidence } from 'nestjs-verification/provider';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';
import { open } from './open.js';
import { outcomeOf } from './outcome.js';
import { SUBJECTS, type Body, type Subject } from './subjects.js';
import { withMember } from './wire-faults.js';

/** Replies per provider; the nightly run tries many more. */
const CASES = Number(process.env['PROPERTY_CASES'] ?? 500);
/** Replies under way at once. */
const BATCH = 50;

interface Reply {
  readonly status: number;
  readonly text: string;
}

// The oracle: the documents once more, in other words than the library's. A yes is status 200 and these members.

type Oracle = (body: Body, evidence: Evidence) => boolean;

const isRecord = (value: unknown): value is Body =>
  Object.prototype.toString.call(value) === '[object Object]';

const isScore = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

const ORACLES: Readonly<Record<string, Oracle>> = {
  checkify: (body, { requestId }) =>
    body['success'] === true &&
    body['status'] === 'completed' &&
    body['request_id'] === requestId &&
    isRecord(body['approved_claims']) &&
    Object.entries(body['approved_claims']).some(([name, value]) => name === 'age_over_18' && value === true),
  engagelab: (body, { messageId, verifyCode }) =>
    body['verified'] === true && body['message_id'] === messageId && body['verify_code'] === verifyCode,
  humanproof: body => body['success'] === true,
  verifyid: body => body['age'] === 18,
  turnstile: body =>
    listsNothing(body) &&
    body['success'] === true &&
    body['hostname'] === 'shop.example' &&
    body['action'] === 'signup' &&
    (body['score'] === undefined || isScore(body['score'])),
  hcaptcha: body =>
    listsNothing(body) &&
    body['success'] === true &&
    body['hostname'] === 'shop.example' &&
    isScore(body['score']) &&
    body['score'] <= 0.7,
  recaptcha: body =>
    listsNothing(body) &&
    body['success'] === true &&
    body['hostname'] === 'shop.example' &&
    body['action'] === 'signup' &&
    isScore(body['score']) &&
    body['score'] >= 0.5,
  'friendly-captcha': ({ success, data }) =>
    success === true &&
    isRecord(data) &&
    isRecord(data['challenge']) &&
    ['https://shop.example', 'shop.example'].includes(String(data['challenge']['origin'])),
  acme: body => body['member'] === true,
  pigeon: (body, { messageId }) => body['correct'] === true && body['id'] === messageId,
};

/** No documented yes has an error, a code, or another opinion of itself. */
function isOfOneMind(body: Body): boolean {
  const nothing: unknown[] = [undefined, null];
  const silent = ['error', 'errors', 'code'].every(name => nothing.includes(body[name]));
  return silent && ['success', 'verified'].every(name => [...nothing, true].includes(body[name]));
}

/** A captcha says no if its `error-codes` are no list, or not empty. */
function listsNothing(body: Body): boolean {
  const codes = body['error-codes'] ?? [];
  return Array.isArray(codes) && codes.length === 0;
}

function mayPass(name: string, { status, text }: Reply, evidence: Evidence): boolean {
  if (status !== 200) return false;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isRecord(parsed)) return false;
  const own: Body = Object.assign(Object.create(null) as object, Object.fromEntries(Object.entries(parsed)));
  return isOfOneMind(own) && ORACLES[name]!(own, evidence);
}

const STATUS = fc.oneof(
  { weight: 4, arbitrary: fc.constant(200) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 409, 410, 422, 500),
  },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
);

const LOOKALIKE = fc.oneof(
  fc.constantFrom<unknown>(
    true,
    false,
    null,
    undefined,
    'true',
    'false',
    '',
    0,
    1,
    16,
    18,
    '18',
    'completed',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

type MakeReply = (evidence: Evidence) => Reply;

/** Replies that are, nearly are, or are nothing like the documented yes to some evidence. */
function replyTo(subject: Subject): fc.Arbitrary<MakeReply> {
  const names = [
    'error',
    'errors',
    'code',
    'success',
    'verified',
    '__proto__',
    'age',
    'member',
    'error-codes',
    'score',
    'constructor',
  ];
  const mutation = fc.oneof(
    fc.record({ path: fc.constantFrom(...subject.decisive), value: LOOKALIKE }),
    fc.record({ path: fc.constantFrom(...names).map(name => [name]), value: LOOKALIKE }),
  );
  const near = fc.array(mutation, { maxLength: 3 }).map(
    mutations =>
      (evidence: Evidence): string =>
        JSON.stringify(
          mutations.reduce(
            (body, { path, value }) => mutate(body, path, value),
            subject.successBody(evidence),
          ),
        ),
  );
  const wrapped = near.map(make => (evidence: Evidence) => `{"__proto__":${make(evidence)}}`);
  const cut = fc.tuple(near, fc.nat({ max: 60 })).map(
    ([make, end]) =>
      (evidence: Evidence) =>
        make(evidence).slice(0, end),
  );
  const anything = fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ unit: 'binary', maxLength: 40 }));
  const text = fc.oneof(
    { weight: 6, arbitrary: near },
    { weight: 1, arbitrary: wrapped },
    { weight: 1, arbitrary: cut },
    { weight: 2, arbitrary: anything.map(fixed => () => fixed) },
  );
  return fc.tuple(STATUS, text).map(([status, make]) => evidence => ({ status, text: make(evidence) }));
}

function mutate(body: Body, path: readonly string[], value: unknown): Body {
  if (path.length > 1 && !isRecord(body[path[0]!])) return body;
  return withMember(body, path, value);
}

describe('whatever a provider replies', () => {
  let stub: StubServer;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterAll(async () => {
    await stub.stop();
  });

  it.each(SUBJECTS)(
    '$name is believed in its documented yes, and in nothing else',
    async subject => {
      const running = await open({
        ...subject.options(stub.url),
        http: { transport: 'undici', retries: 0, breaker: false, maxConcurrent: BATCH },
      });
      // Guesses are counted per message id; evidence of its own for every reply keeps them below the limit.
      let last = 0;
      const replies = new Map<string, Reply>();
      stub.reset((request, response) => {
        const id = /evidence-(\d+)x/.exec(request.path + request.body)?.[1];
        const { status, text } = replies.get(id!)!;
        reply(status, text)(request, response);
      });
      const outcomes = { yes: 0, no: 0 };
      await fc.assert(
        fc.asyncProperty(fc.array(replyTo(subject), { minLength: BATCH, maxLength: BATCH }), async batch => {
          stub.seen.length = 0;
          await Promise.all(
            batch.map(async make => {
              const id = String(last++);
              const evidence = subject.evidence(`${id}x`);
              const played = make(evidence);
              replies.set(id, played);
              const outcome = await outcomeOf(running.verify(subject.name, evidence, subject.requirement));
              replies.delete(id);
              const passes = mayPass(subject.name, played, evidence);
              if ((outcome.outcome === 'accepted') !== passes) {
                throw new Error(`${passes ? 'not ' : ''}accepted: ${String(played.status)} ${played.text}`);
              }
              outcomes[passes ? 'yes' : 'no']++;
            }),
          );
        }),
        { numRuns: Math.ceil(CASES / BATCH) },
      );
      await running.app.close();
      expect(outcomes.yes + outcomes.no).toBeGreaterThanOrEqual(CASES);
      expect(Math.min(outcomes.yes, outcomes.no)).toBeGreaterThan(CASES / 50); // both sides were tried
    },
    600_000,
  );
});

const fromBody = (context: ExecutionContext): never => {
  const request = context.switchToHttp().getRequest<{ body: unknown }>();
  return request.body as never;
};

@Controller()
@UseGuards(VerificationGuard)
class Routes {
  @Post('checkify')
  @RequireVerification('checkify')
  checkify(): void {}

  @Get('checkify')
  @RequireVerification('checkify')
  checkifyQuery(): void {}

  @Post('engagelab')
  @RequireVerification('engagelab', { evidence: fromBody })
  engagelab(): void {}

  @Post('challenge')
  @RequireVerification('engagelab')
  challenge(): void {}

  @Post('humanproof')
  @RequireVerification('humanproof')
  humanproof(): void {}

  @Post('verifyid')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  verifyid(): void {}

  @Get('verifyid')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  verifyidQuery(): void {}

  @Post('turnstile')
  @RequireVerification('turnstile', { action: 'signup' })
  turnstile(): void {}

  @Post('hcaptcha')
  @RequireVerification('hcaptcha')
  hcaptcha(): void {}

  @Post('recaptcha')
  @RequireVerification('recaptcha')
  recaptcha(): void {}

  @Post('friendly-captcha')
  @RequireVerification('friendly-captcha')
  friendlyCaptcha(): void {}

  @Post('acme')
  @RequireVerification('acme')
  acme(): void {}

  @Post('pigeon')
  @RequireVerification('pigeon', { evidence: fromBody })
  pigeon(): void {}
}

const ROUTES = [
  'POST checkify',
  'GET checkify',
  'POST engagelab',
  'POST challenge',
  'POST humanproof',
  'POST verifyid',
  'GET verifyid',
  'POST turnstile',
  'POST hcaptcha',
  'POST recaptcha',
  'POST friendly-captcha',
  'POST acme',
  'POST pigeon',
] as const;

const FIELDS = [
  'checkify_token',
  'checkify_request_id',
  'humanproof-token',
  'token_age_verified',
  'token',
  'device_id',
  'challenge_id',
  'messageId',
  'verify_code',
  'verifyCode',
  'cf-turnstile-response',
  'h-captcha-response',
  'g-recaptcha-response',
  'frc-captcha-response',
  'acme_pass',
];

const HOSTILE_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom('..', '.', '/', '\\', '%2e', '%2f', '?', '#', '@', ':', ' ', '\r\n', '\0', 'a', '１'),
      {
        maxLength: 6,
      },
    )
    .map(parts => parts.join('')),
  fc.constantFrom('__proto__', 'constructor', 'x'.repeat(3000), '//evil.example/', 'http://evil.example'),
);

describe.each(PLATFORMS)('whatever a browser brings, behind the guard on %s', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    const options = SUBJECTS.map(subject => subject.options(stub.url));
    running = await boot(platform, {
      imports: [
        VerificationModule.forRoot({
          http: { retries: 0, breaker: false },
          providers: Object.assign({}, ...options.map(({ providers }) => providers)),
          customProviders: options.flatMap(({ customProviders }) => customProviders ?? []),
        }),
      ],
      controllers: [Routes],
    });
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it.each(ROUTES)(
    '%s neither fails nor asks for another URL',
    async route => {
      const [method = '', name = ''] = route.split(' ');
      const { path } = SUBJECTS.find(
        subject => subject.name === (name === 'challenge' ? 'engagelab' : name),
      )!;
      const value = fc.oneof(
        { weight: 3, arbitrary: HOSTILE_TEXT },
        { weight: 1, arbitrary: fc.jsonValue() },
      );
      const fields = Object.fromEntries(FIELDS.map(field => [field, value]));
      const evidence = fc.record(fields, { requiredKeys: ['device_id', 'verify_code', 'verifyCode'] });
      stub.reset(reply(404, VERIFYID.no));
      await fc.assert(
        fc.asyncProperty(fc.array(evidence, { minLength: 10, maxLength: 10 }), async batch => {
          stub.seen.length = 0;
          const answers = await Promise.all(
            batch.map(body =>
              method === 'GET'
                ? send(`${running.url}/${name}?${queryOf(body)}`)
                : send(`${running.url}/${name}`, body),
            ),
          );
          // 400 where the platform itself refuses the JSON, as Fastify does with `__proto__`.
          for (const { status } of answers) expect([400, 403, 503]).toContain(status);
          for (const request of stub.seen) expect(request.path).toMatch(path);
        }),
        { numRuns: Math.ceil(CASES / 200) },
      );
    },
    600_000,
  );
});

/** As a form would write it, with brackets for what is no text. */
function queryOf(body: Body): string {
  return Object.entries(body)
    .map(([name, value]) =>
      typeof value === 'string'
        ? `${name}=${encodeURIComponent(Buffer.from(value).toString())}` // a lone surrogate cannot be written
        : `${name}[]=${encodeURIComponent(Buffer.from(JSON.stringify(value)).toString())}&${name}[a]=1`,
    )
    .join('&');
}
