import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Inject, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  CheckifyService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { optionsFor, yes } from '../support/answering.js';
import {
  boot,
  CollectingLogger,
  PLATFORMS,
  type Platform,
  type RunningApplication,
} from '../support/application.js';
import { module } from '../support/module.js';
import { reply, StubServer } from '../support/stub-server.js';

@Controller()
@UseGuards(VerificationGuard)
class PayController {
  constructor(@Inject(CheckifyService) private readonly checkify: CheckifyService) {}

  @Post('pay')
  @RequireVerification('checkify')
  pay(): object {
    return {};
  }

  @Post('sign')
  @RequireVerification('humanproof')
  sign(): object {
    return {};
  }

  @Post('own')
  @RequireVerification('checkify', { evidence: () => ({ requestId: '' }) })
  own(): object {
    return {};
  }

  @Post('alone')
  @RequireVerification('checkify', { evidence: () => 'secret-value' as never })
  alone(): object {
    return {};
  }

  @Post('misnamed')
  @RequireVerification('checkify', { evidence: () => ({ request_id: 'secret-value' }) as never })
  misnamed(): object {
    return {};
  }

  @Post('manual')
  manual(): Promise<unknown> {
    return this.checkify.verifyHuman('r1');
  }
}

const json = (body: object): RequestInit => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const LOOKED = 'lookedFor=checkify_token (body), checkify_request_id (query)';
const SIGN = 'lookedFor=humanproof-token (body)';

let stub: StubServer;
let running: RunningApplication;
beforeAll(async () => {
  stub = await StubServer.start();
});
beforeEach(() => {
  stub.reset(yes);
});
afterEach(() => running.app.close());
afterAll(() => stub.stop());

const start = async (
  platform: Platform,
  options: VerificationModuleOptions = {},
  takeRaw = false,
): Promise<void> => {
  running = await boot(
    platform,
    { imports: [VerificationModule.forRoot(optionsFor(stub, options))], controllers: [PayController] },
    app => {
      if (!takeRaw || platform !== 'fastify') return;
      // Fastify refuses what it has no parser for; these leave the body where it is.
      const fastify = app.getHttpAdapter().getInstance() as FastifyLike;
      fastify.addContentTypeParser('multipart/form-data', (_, __, done) => {
        done(null);
      });
    },
  );
};

interface FastifyLike {
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: unknown, done: (error: null) => void) => void,
  ): void;
}

const post = async (path: string, request: RequestInit): Promise<number> =>
  (await fetch(`${running.url}/${path}`, { method: 'POST', ...request })).status;

describe.each(PLATFORMS)('%s', platform => {
  const multipart = (): RequestInit => {
    const form = new FormData();
    form.set('checkify_token', 'secret-value');
    return { body: form };
  };

  it.each([
    ['a multipart form', 'pay', multipart, `cause=multipart came=multipart/form-data ${LOOKED}`],
    [
      'a text that is too long',
      'pay',
      () => json({ checkify_token: 'secret-value'.repeat(800) }),
      `cause=too_long came=checkify_token ${LOOKED}`,
    ],
    [
      'a number',
      'pay',
      () => json({ checkify_token: 12345678 }),
      `cause=no_text came=checkify_token ${LOOKED}`,
    ],
    [
      'a field that came twice',
      'pay',
      () => ({
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'checkify_token=secret-value&checkify_token=secret-value',
      }),
      `cause=no_text came=checkify_token ${LOOKED}`,
    ],
    [
      'another spelling',
      'pay',
      () => json({ checkifyToken: 'secret-value' }),
      `cause=other_field came=checkifyToken (body) ${LOOKED}`,
    ],
    [
      'a slip',
      'pay',
      () => json({ checkify_tokn: 'secret-value' }),
      `cause=other_field came=checkify_tokn (body) ${LOOKED}`,
    ],
    [
      'the other place',
      'sign?humanproof-token=secret-value',
      () => json({}),
      `cause=other_field came=humanproof-token (query) ${SIGN}`,
    ],
  ])('warns once of evidence that is lost: %s', async (_, path, request, about) => {
    await start(platform, {}, true);
    for (let time = 0; time < 3; time++) expect(await post(path, request())).toBe(403);
    expect(running.logger.lines).toEqual([expect.stringContaining(`[verification.lost_evidence ${about}]`)]);
    expect(running.logger.lines[0]).toMatch(/^warn PayController\.(pay|sign)\(\) found no evidence: /);
    expect(running.logger.lines[0]).not.toContain('secret-value');
  });

  it('tells of each route and each cause by itself', async () => {
    await start(platform);
    await post('pay', json({ checkifyToken: 'x' }));
    await post('pay', json({ checkify_token: 'x'.repeat(9000) }));
    await post('sign', json({ humanproofToken: 'x' }));
    expect(running.logger.lines).toHaveLength(3);
  });

  it.each([
    ['nothing', 'pay', { headers: {} }],
    ['an empty form', 'pay', json({})],
    ['other fields', 'pay', json({ email: 'x', amount: 3 })],
    ['an empty text', 'pay', json({ checkify_token: '' })],
    ['a name that breaks lines', 'pay', json({ 'checkify\ntoken': 'x' })],
    ['a list', 'pay', json(['checkifyToken'])],
    ['an evidence function', 'own', json({ checkifyToken: 'x' })],
  ])('says nothing of a visitor who sends none: %s', async (_, path, request) => {
    await start(platform);
    expect(await post(path, request)).toBe(403);
    expect(running.logger.lines).toEqual([]);
  });

  it.each(['alone', 'misnamed'])('tells once of an evidence function that can bring none: %s', async path => {
    await start(platform);
    for (let index = 0; index < 2; index++) expect(await post(path, json({}))).toBe(403);
    expect(running.logger.lines).toEqual([
      expect.stringMatching(/^warn "evidence" of "checkify" must return \{ requestId \} or \{ token \} \[/),
    ]);
  });

  it('with "debug" it says why each request was refused, in names alone', async () => {
    await start(platform, { debug: true, correlationId: () => 't-1' });
    await post('pay', json({ email: 'secret-value', 'bad\nname': 1 }));
    await post('pay', json({ email: 'secret-value' }));
    stub.reset(reply(200, CHECKIFY.pending()));
    await post('pay', json({ checkify_token: 'secret-value' }));
    stub.reset(reply(500, {}));
    await post('pay', json({ checkify_token: 'secret-value' }));
    await post('manual', json({}));
    const refusals = running.logger.rejections.filter(line => line.includes('[verification.refused'));
    expect(refusals.map(line => line.replace(/ {2}Verification$| Verification$/, ''))).toEqual([
      `PayController.pay() was refused [verification.refused code=verification_required reason=evidence_missing ${LOOKED} came=email (body) correlationId=t-1]`,
      `PayController.pay() was refused [verification.refused code=verification_required reason=evidence_missing ${LOOKED} came=email (body) correlationId=t-1]`,
      'PayController.pay() was refused [verification.refused code=verification_pending reason=pending provider=checkify correlationId=t-1]',
      'PayController.pay() was refused [verification.refused code=verification_unavailable reason=provider_unavailable provider=checkify correlationId=t-1]',
      'PayController.manual() was refused [verification.refused code=verification_unavailable reason=provider_unavailable provider=checkify correlationId=t-1]',
    ]);
  });

  it('with "debug" it names a hundred fields at most', async () => {
    await start(platform, { debug: true });
    await post('pay', json(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${String(i)}`, 1]))));
    const [refusal = ''] = running.logger.rejections;
    expect(refusal.match(/f\d+ \(body\)/g)).toHaveLength(100);
  });

  it('says nothing of the kind without it', async () => {
    await start(platform);
    await post('pay', json({}));
    expect(running.logger.rejections).toEqual([]);
  });
});

it('warns where the body parser is off', async () => {
  const logger = new CollectingLogger();
  const app = await NestFactory.create(
    module({ imports: [VerificationModule.forRoot(optionsFor(stub))], controllers: [PayController] }),
    { logger, bodyParser: false },
  );
  await app.listen(0, '127.0.0.1');
  running = { app, url: await app.getUrl(), logger };
  expect(await post('pay', json({ checkify_token: 'secret-value' }))).toBe(403);
  expect(await post('pay', { headers: { 'content-type': 'text/x\u00e9' }, body: 'x' })).toBe(403);
  expect(logger.lines).toEqual([
    expect.stringContaining(`[verification.lost_evidence cause=unparsed came=application/json ${LOOKED}]`),
  ]);
});
