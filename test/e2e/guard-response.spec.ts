import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  HttpException,
  Inject,
  Injectable,
  Post,
  UseFilters,
  UseGuards,
  VersioningType,
  type ArgumentsHost,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import {
  CheckifyService,
  EvidenceMissingError,
  ProviderUnavailableError,
  RequireVerification,
  VerificationErrorFilter,
  VerificationException,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import {
  DeclaredEvidence,
  inBody,
  reject,
  VerificationProvider,
  type Answer,
  type Check,
} from 'nestjs-verification/provider';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type Platform, type RunningApplication } from '../support/application.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';

@Controller('pay')
@UseGuards(VerificationGuard)
class PayController {
  @Post()
  @RequireVerification('checkify')
  pay(): string {
    return 'paid';
  }
}

@Controller('manual')
@UseFilters(VerificationErrorFilter)
class ManualController {
  constructor(@Inject(CheckifyService) private readonly checkify: CheckifyService) {}

  @Post()
  check(): Promise<unknown> {
    return this.checkify.verifyHuman('r1');
  }
}

@Controller('own')
@UseGuards(VerificationGuard)
class OwnEvidenceController {
  @Post('missing')
  @RequireVerification('checkify', {
    evidence: () => {
      throw new EvidenceMissingError('checkify', 'no session');
    },
  })
  missing(): string {
    return 'ran';
  }

  @Post('unavailable')
  @RequireVerification('checkify', {
    evidence: () => Promise.reject(new ProviderUnavailableError('checkify', 'the session store is down')),
  })
  unavailable(): string {
    return 'ran';
  }
}

/** A custom provider that refuses everybody for a while. */
@Injectable()
class QueueService extends VerificationProvider<{ ticket: string }> {
  readonly name = 'queue';
  readonly evidence = new DeclaredEvidence<{ ticket: string }>({ ticket: { fields: inBody('ticket') } }, [
    ['ticket'],
  ]);

  describe(): Check {
    return { claims: ['served'] };
  }

  ask(_: Check, { ticket }: { ticket: string }): Promise<Answer> {
    return Promise.resolve(reject('too_many_attempts', { retryAfterMs: Number(ticket) }));
  }
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    queue: QueueService;
  }
}

@Controller('queue')
@UseGuards(VerificationGuard)
class QueueController {
  @Post()
  @RequireVerification('queue')
  serve(): string {
    return 'served';
  }
}

const SECRET_TEXT = 'text of the provider that nobody may read';
const error = (status: number, code: string, headers?: Record<string, string>): Script =>
  reply(status, CHECKIFY.error(code, {}, SECRET_TEXT), headers);

const REFUSED = 'Verification could not be completed for this action.';
const UNAVAILABLE = 'Verification is temporarily unavailable. Please try again.';

/** How the provider answers, and what the client is told. */
const TABLE: readonly (readonly [string, Script, number, string, string])[] = [
  ['pending', reply(200, CHECKIFY.pending()), 403, 'verification_pending', REFUSED],
  ['not found', error(404, 'result_not_found'), 403, 'verification_rejected', REFUSED],
  ['expired', error(410, 'result_expired'), 403, 'verification_rejected', REFUSED],
  ['already used', error(409, 'verification_failed'), 403, 'verification_rejected', REFUSED],
  ['malformed', error(422, 'validation_errors'), 403, 'verification_rejected', REFUSED],
  ['our key is refused', error(401, 'invalid_token'), 503, 'verification_unavailable', UNAVAILABLE],
  [
    'our account is locked',
    error(403, 'business_not_operational'),
    503,
    'verification_unavailable',
    UNAVAILABLE,
  ],
  ['rate limited', error(429, 'rate_limited'), 503, 'verification_unavailable', UNAVAILABLE],
  ['an outage', error(500, 'server_error'), 503, 'verification_unavailable', UNAVAILABLE],
  ['no answer', (_, response) => response.destroy(), 503, 'verification_unavailable', UNAVAILABLE],
  ['a page', reply(200, '<html>'), 503, 'verification_unavailable', UNAVAILABLE],
];

describe.each(PLATFORMS)('%s', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [PayController],
    });
  });

  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it.each(TABLE)(
    'tells the client its code and nothing else: %s',
    async (_, script, status, code, message) => {
      stub.reset(script);
      const response = await send(`${running.url}/pay`, { checkify_token: 'r1-of-a-person' });
      expect(response.status).toBe(status);
      expect(response.body).toEqual({
        statusCode: status,
        code,
        message,
        error: status === 403 ? 'Forbidden' : 'Service Unavailable',
      });
      expect(Object.keys(response.body as object)).toEqual(['statusCode', 'code', 'message', 'error']);
      expect(running.logger.lines.join('\n')).not.toMatch(/nobody may read|r1-of-a-person|csk_test_key/);
    },
  );

  it.each([
    [429, '7', '7'],
    [503, '7', '7'],
    [503, '0', '0'],
    [429, undefined, null],
    [503, 'soon', null],
    [503, '-1', null],
    [403, '7', null],
  ])('passes Retry-After on after %s, where it is known: %s', async (status, given, expected) => {
    stub.reset(
      error(
        status,
        status === 403 ? 'verification_failed' : 'rate_limited',
        given === undefined ? {} : { 'retry-after': given },
      ),
    );
    const { headers } = await send(`${running.url}/pay`, { checkify_token: 'r1' });
    expect(headers.get('retry-after')).toBe(expected);
  });

  it('passes a date in Retry-After on as seconds', async () => {
    stub.reset(error(429, 'rate_limited', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }));
    const { headers } = await send(`${running.url}/pay`, { checkify_token: 'r1' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });
});

@Catch(VerificationException)
class TeapotFilter implements ExceptionFilter {
  catch(exception: VerificationException, host: ArgumentsHost): void {
    const { httpAdapter } = host.switchToHttp().getRequest<{ adapters: HttpAdapterHost }>().adapters;
    httpAdapter.reply(host.switchToHttp().getResponse(), { seen: exception.code }, 418);
  }
}

@Catch(HttpException)
class HttpFilter extends BaseExceptionFilter {
  readonly seen: HttpException[] = [];
  override catch(exception: HttpException, host: ArgumentsHost): void {
    this.seen.push(exception);
    super.catch(exception, host);
  }
}

@Controller({ path: 'versioned', version: '2' })
@UseGuards(VerificationGuard)
class VersionedController {
  @Post()
  @RequireVerification('checkify')
  act(): string {
    return 'ran';
  }
}

describe.each(PLATFORMS)('%s, as the application wants it', platform => {
  let stub: StubServer;
  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(() => {
    stub.reset(yes);
  });
  afterAll(() => stub.stop());

  async function withApplication(
    options: Omit<VerificationModuleOptions, 'providers'>,
    setUp: (app: INestApplication) => void,
    use: (running: RunningApplication) => Promise<void>,
    on: Platform = platform,
  ): Promise<void> {
    const running = await boot(
      on,
      {
        imports: [VerificationModule.forRoot(optionsFor(stub, options))],
        controllers: [PayController, ManualController, OwnEvidenceController, VersionedController],
      },
      setUp,
    );
    try {
      await use(running);
    } finally {
      await running.app.close();
    }
  }

  it('uses its messages and status codes, texts and functions', async () => {
    await withApplication(
      {
        messages: {
          verification_required: 'Scan the code first',
          verification_rejected: context =>
            context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers[
              'accept-language'
            ] === 'da'
              ? 'Nej'
              : 'No',
        },
        statusCodes: { verification_required: 401, verification_unavailable: 502 },
      },
      () => undefined,
      async ({ url }) => {
        expect((await send(`${url}/pay`, {})).body).toEqual({
          statusCode: 401,
          code: 'verification_required',
          message: 'Scan the code first',
          error: 'Unauthorized',
        });
        stub.reset(error(404, 'result_not_found'));
        const response = await fetch(`${url}/pay`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'accept-language': 'da' },
          body: '{"checkify_token":"r1"}',
        });
        expect(await response.json()).toMatchObject({ statusCode: 403, message: 'Nej' });
        stub.reset(reply(500, {}));
        expect((await send(`${url}/pay`, { checkify_token: 'r1' })).body).toEqual({
          statusCode: 502,
          code: 'verification_unavailable',
          message: UNAVAILABLE,
          error: 'Bad Gateway',
        });
      },
    );
  });

  it.each([
    ['throws', (context: ExecutionContext): string => context.getHandler().name.at(9)!.trim()],
    ['returns no text', (): string => undefined as unknown as string],
    ['rejects', (): string => Promise.reject(new Error('no translation')) as unknown as string],
  ])('refuses in its usual words where a message function %s', async (_, message) => {
    await withApplication(
      { messages: { verification_required: message, verification_unavailable: message } },
      () => undefined,
      async ({ url, logger }) => {
        const required = await send(`${url}/pay`, {});
        expect(required).toMatchObject({ status: 403, body: { message: 'Verification required' } });
        stub.reset(reply(500, {}));
        const unavailable = await send(`${url}/manual`, {});
        expect(unavailable).toMatchObject({ status: 503, body: { message: UNAVAILABLE } });
        expect(logger.lines).toContainEqual(expect.stringMatching('^error messages.verification_required'));
      },
    );
  });

  it.each([
    ['missing', 403, 'verification_required'],
    ['unavailable', 503, 'verification_unavailable'],
  ])('answers the VerificationError of an evidence function: %s', async (route, status, code) => {
    await withApplication(
      {},
      () => undefined,
      async ({ url }) => {
        expect(await send(`${url}/own/${route}`, {})).toMatchObject({ status, body: { code } });
        expect(stub.seen).toEqual([]);
      },
    );
  });

  it('answers a manual check that could not find out as the guard does', async () => {
    await withApplication(
      {},
      () => undefined,
      async ({ url }) => {
        stub.reset(reply(500, {}, { 'retry-after': '7' }));
        const { status, body, headers } = await send(`${url}/manual`, {});
        expect(status).toBe(503);
        expect(body).toMatchObject({ code: 'verification_unavailable', message: UNAVAILABLE });
        expect(headers.get('retry-after')).toBe('7');
      },
    );
  });

  it('its exception filters see a VerificationException, which is an HttpException', async () => {
    let filter: HttpFilter | undefined;
    await withApplication(
      {},
      app => {
        filter = new HttpFilter(app.getHttpAdapter());
        app.useGlobalFilters(filter);
      },
      async ({ url }) => {
        expect(await send(`${url}/pay`, {})).toMatchObject({
          status: 403,
          body: { code: 'verification_required' },
        });
      },
    );
    expect(filter?.seen).toHaveLength(1);
    expect(filter?.seen[0]).toBeInstanceOf(VerificationException);
    expect(filter?.seen[0]?.getStatus()).toBe(403);
    expect(filter?.seen[0]).toMatchObject({
      code: 'verification_required',
      message: 'Verification required',
    });
  });

  it.each([
    ['90500', '91'],
    ['0', '0'],
    ['-1', null],
    ['NaN', null],
    ['Infinity', null],
  ])('a rejection that time heals says when (%s ms), and its filters why', async (ticket, retryAfter) => {
    const { app, url } = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub, { customProviders: [QueueService] }))],
      controllers: [QueueController],
      providers: [HttpFilter, { provide: APP_FILTER, useExisting: HttpFilter }],
    });
    const { status, body, headers } = await send(`${url}/queue`, { ticket });
    expect([status, body]).toMatchObject([429, { code: 'verification_limited' }]);
    expect(headers.get('retry-after')).toBe(retryAfter);
    const [exception] = app.get(HttpFilter).seen;
    expect(exception).toMatchObject({ reason: 'too_many_attempts', retryAfterMs: Number(ticket) });
    expect(JSON.stringify([body, exception])).not.toContain('too_many_attempts');
    await app.close();
  });

  it('a filter that it provides for the whole application sees one too', async () => {
    const { app, url } = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [PayController],
      providers: [HttpFilter, { provide: APP_FILTER, useExisting: HttpFilter }],
    });
    expect((await send(`${url}/pay`, {})).status).toBe(403);
    expect(app.get(HttpFilter).seen).toEqual([expect.any(VerificationException)]);
    await app.close();
  });

  it('a filter for VerificationException alone decides on the response', async () => {
    await withApplication(
      {},
      app => {
        const adapters = { httpAdapter: app.getHttpAdapter() };
        app.useGlobalGuards({
          canActivate: context => {
            Object.assign(context.switchToHttp().getRequest<object>(), { adapters });
            return true;
          },
        });
        app.useGlobalFilters(new TeapotFilter());
      },
      async ({ url }) => {
        expect(await send(`${url}/pay`, {})).toMatchObject({
          status: 418,
          body: { seen: 'verification_required' },
        });
      },
    );
  });

  it('guards routes under a prefix and a version', async () => {
    await withApplication(
      {},
      app => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI });
      },
      async ({ url }) => {
        expect(await send(`${url}/api/v2/versioned`, {})).toMatchObject({ status: 403 });
        expect(stub.seen).toHaveLength(0);
        expect(await send(`${url}/api/v2/versioned`, { checkify_token: 'r1' })).toMatchObject({
          status: 201,
        });
        expect(await send(`${url}/v2/versioned`, { checkify_token: 'r1' })).toMatchObject({ status: 404 });
        expect(stub.seen).toHaveLength(1);
      },
    );
  });

  it('guards routes that are versioned by header', async () => {
    await withApplication(
      {},
      app => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
      async ({ url }) => {
        const headers = { 'content-type': 'application/json', 'x-version': '2' };
        expect((await fetch(`${url}/versioned`, { method: 'POST', headers, body: '{}' })).status).toBe(403);
        expect(stub.seen).toHaveLength(0);
        const body = '{"checkify_token":"r1"}';
        expect((await fetch(`${url}/versioned`, { method: 'POST', headers, body })).status).toBe(201);
      },
    );
  });
});
