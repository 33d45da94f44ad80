import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Catch,
  Controller,
  HttpException,
  Inject,
  Post,
  UnprocessableEntityException,
  UseGuards,
  ValidationPipe,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, APP_PIPE, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { IsEmail } from 'class-validator';
import {
  HumanProofService,
  RequireVerification,
  VerificationErrorFilter,
  VerificationGuard,
  VerificationModule,
  Verified,
  type CheckifyVerdict,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type ClientReply, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';
import { proxyMethods, traceHandlers } from '../support/tracing.js';

class OrderDto {
  @IsEmail() email!: string;
}

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  constructor(@Inject(HumanProofService) private readonly humanproof: HumanProofService) {}

  @Post('orders')
  @RequireVerification('checkify')
  order(@Body() { email }: OrderDto, @Verified() { requestId }: CheckifyVerdict): unknown {
    return { email, requestId };
  }

  @Post('manual')
  async manual(): Promise<void> {
    await this.humanproof.verify({ token: 't' });
  }

  @Post('mistaken')
  mistaken(): void {
    throw new TypeError('secret account');
  }
}

/** A problem of RFC 9457 for everything that goes wrong, as a catch-all of the application answers it. */
@Catch()
class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.host;
    const response = host.switchToHttp().getResponse<object>();
    const status = error instanceof HttpException ? error.getStatus() : 500;
    const details = error instanceof HttpException ? error.getResponse() : {};
    const problem = { type: 'about:blank', status, ...(typeof details === 'string' ? { details } : details) };
    httpAdapter.setHeader(response, 'content-type', 'application/problem+json');
    httpAdapter.reply(response, problem, status);
  }
}

const reported: unknown[] = [];

/** Reports what is no error of Nest's, and answers as Nest does: Sentry's global filter. */
@Catch()
class ReportingFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const { getStatus, initMessage } = error as Partial<HttpException>;
    if (typeof getStatus !== 'function' || typeof initMessage !== 'function') reported.push(error);
    super.catch(error, host);
  }
}

/** Every refusal of the form in one format, under a status of the application's choice. */
const pipe = new ValidationPipe({
  exceptionFactory: errors =>
    new UnprocessableEntityException({ invalid: errors.map(({ property }) => property), statusCode: 422 }),
});

const FILTERS: readonly [string, (new (...args: never[]) => object)?][] = [
  ['no filter'],
  ['a catch-all that answers problems', ProblemFilter],
  ['a catch-all that reports', ReportingFilter],
];
const MONITORS: readonly [string, (told: (span: string, error?: unknown) => void) => () => void][] = [
  ['nobody watches', () => () => undefined],
  ['OpenTelemetry wraps the handlers', traceHandlers],
  [
    'Sentry wraps guard, pipes and filters',
    told => proxyMethods(told, VerificationGuard, ValidationPipe, VerificationErrorFilter, ProblemFilter),
  ],
];

describe.each(PLATFORMS)('%s', platform => {
  describe.each(FILTERS)('with %s', (_, filter) => {
    describe.each(MONITORS)('while %s', (monitor, watch) => {
      const spans: string[] = [];
      let stub: StubServer;
      let running: RunningApplication;
      let stop: () => void;

      beforeAll(async () => {
        stub = await StubServer.start();
        stop = watch(span => spans.push(span));
        running = await boot(platform, {
          imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard: true }))], // with its own, two guards
          controllers: [ShopController],
          providers: [
            { provide: APP_PIPE, useValue: pipe },
            ...(filter === undefined ? [] : [{ provide: APP_FILTER, useClass: filter }]),
          ],
        });
      });
      afterEach(() => {
        reported.length = spans.length = 0;
      });
      afterAll(async () => {
        stop();
        await running.app.close();
        await stub.stop();
      });

      const GOOD = { email: 'ada@example.com', checkify_token: 'r1' };
      const ask = (form: object, path = 'orders'): Promise<ClientReply> =>
        send(`${running.url}/${path}`, form);

      function expectAnswer(answer: ClientReply, status: number, body: object): void {
        expect([answer.status, answer.body]).toEqual([status, expect.objectContaining(body)]);
        const type =
          filter === ProblemFilter && status >= 400 ? /^application\/problem\+json/ : /^application\/json/;
        expect(answer.headers.get('content-type')).toMatch(type);
        expect(JSON.stringify(answer.body)).not.toContain('secret account');
      }

      it('a form that is right passes, and asks once', async () => {
        stub.reset(yes);
        expectAnswer(await ask(GOOD), 201, { email: 'ada@example.com', requestId: 'r1' });
        expect(stub.seen).toHaveLength(1);
        expect(spans.length > 0).toBe(monitor !== 'nobody watches');
      });

      it('a form that is wrong gets the answer of the application’s factory, and spends nothing', async () => {
        stub.reset(yes);
        expectAnswer(await ask({ ...GOOD, email: 'ada@' }), 422, { invalid: ['email'] });
        expect(stub.seen).toHaveLength(0);
      });

      it('a refusal keeps its status and body', async () => {
        stub.reset(yes);
        expectAnswer(await ask({ email: 'ada@' }), 403, { statusCode: 403, code: 'verification_required' });
        expect(stub.seen).toHaveLength(0);
        stub.reset(reply(404, { success: false, error: { code: 'result_not_found' } }));
        expectAnswer(await ask(GOOD), 403, { statusCode: 403, code: 'verification_rejected' });
        expect(stub.seen).toHaveLength(1);
      });

      it.each(['orders', 'manual'])('an outage keeps its status, body and Retry-After: /%s', async path => {
        stub.reset(reply(503, 'secret account', { 'retry-after': '7' }));
        const answer = await ask(GOOD, path);
        expectAnswer(answer, 503, { statusCode: 503, code: 'verification_unavailable' });
        expect(answer.headers.get('retry-after')).toBe('7');
        expect(stub.seen).toHaveLength(1);
      });

      it('only what nobody expected is reported', async () => {
        stub.reset(reply(503, ''));
        await ask(GOOD);
        await ask(GOOD, 'manual');
        await ask({});
        expect(reported).toEqual([]);
        expect((await ask({}, 'mistaken')).status).toBe(500);
        expect(reported).toHaveLength(filter === ReportingFilter ? 1 : 0);
      });
    });
  });
});
