import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  HttpException,
  Inject,
  Injectable,
  Post,
  Res,
  Scope,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type ExceptionFilter,
  type ExecutionContext,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_FILTER, ApplicationConfig, ExternalContextCreator, HttpAdapterHost } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  ConfigurationError,
  EngageLabOtpService,
  ProviderUnavailableError,
  RecipientLimitedError,
  RecipientMalformedError,
  RequireVerification,
  VerificationError,
  VerificationErrorFilter,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import type { Response } from 'express';
import { throwError, type Observable } from 'rxjs';
import { WebSocket } from 'ws';
import { optionsFor } from '../support/answering.js';
import { boot, PLATFORMS, send, type Platform, type RunningApplication } from '../support/application.js';
import { module } from '../support/module.js';
import { StubServer } from '../support/stub-server.js';

@WebSocketGateway()
@UseFilters(VerificationErrorFilter)
class CodeGateway {
  constructor(@Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService) {}

  @SubscribeMessage('send')
  async send(): Promise<void> {
    await this.otp.send({ to: 'nobody', templateId: 't' });
  }
}

const down = (): Error => new ProviderUnavailableError('engagelab', 'secret account', { retryAfterMs: 7000 });

@Controller('send')
class CodeController {
  @Post('limited')
  limited(): void {
    throw new RecipientLimitedError('engagelab', 'secret account', { retryAfterMs: 2000 });
  }

  @Post('down')
  down(): Promise<void> {
    return Promise.reject(down());
  }

  @Post('stream')
  stream(): Observable<never> {
    return throwError(down);
  }

  @Post('mistaken')
  mistaken(): void {
    throw new ConfigurationError('write the key');
  }

  @Post('guarded')
  @UseGuards({ canActivate: () => Promise.reject(down()) })
  guarded(): void {
    // never runs
  }

  @Post('answered')
  answered(@Res() response: object): void {
    this.host.httpAdapter.reply(response, { ok: true }, 200);
    throw down();
  }

  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}
}

/** As in many applications: what is no `HttpException` is a 500, and each answer has one format. */
@Catch()
class EverythingFilter implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    const message = error instanceof HttpException ? error.message : 'Internal server error';
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { message }, status);
  }
}

/** RFC 9457. */
@Catch(HttpException)
class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: HttpException, host: ArgumentsHost): void {
    const { message } = error.getResponse() as { message: string };
    const problem = { type: 'about:blank', status: error.getStatus(), message, seen: error.name };
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), problem, error.getStatus());
  }
}

let stub: StubServer;
let running: RunningApplication;
beforeAll(async () => {
  stub = await StubServer.start();
});
afterAll(() => stub.stop());
afterEach(() => running.app.close());

const start = async (
  platform: Platform,
  providers: readonly object[] = [],
  options: VerificationModuleOptions = {},
  isFirst = true,
): Promise<void> => {
  const ours = VerificationModule.forRoot(optionsFor(stub, options));
  const theirs = module({ providers: [...providers] as never[] });
  running = await boot(
    platform,
    { imports: isFirst ? [ours, theirs] : [theirs, ours], controllers: [CodeController] },
    app => app.useWebSocketAdapter(new WsAdapter(app)),
  );
};

it('tells the client of a gateway, again and again', async () => {
  await start('express', [CodeGateway]);
  const socket = new WebSocket(running.url.replace('http', 'ws'));
  await once(socket, 'open');
  for (const _ of [1, 2]) {
    socket.send(JSON.stringify({ event: 'send', data: {} }));
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(message))).toMatchObject({
      event: 'exception',
      data: { statusCode: 400, code: 'recipient_malformed' },
    });
  }
  socket.terminate();
});

it('tells the operator of a mistake that no HTTP request brought to light', async () => {
  await start('express');
  const filter = running.app.get(VerificationErrorFilter);
  const resolver = {
    resolve: (): void => {
      throw new ConfigurationError('write the key', 'engagelab');
    },
  };
  UseFilters(filter)(resolver.resolve as never);
  const resolve = running.app
    .get(ExternalContextCreator)
    .create(
      resolver,
      resolver.resolve,
      'resolve',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'graphql',
    );
  await expect(resolve()).rejects.toMatchObject({ code: 'verification_unavailable' });
  expect(running.logger.lines).toEqual(['error write the key [verification.misconfigured]  Verification']);
});

/** Errors of a handler and of what runs before it, with what a client and a log may read of each. */
const LIMITED = { status: 429, code: 'verification_limited', message: 'Slow down' };
const DOWN = { status: 502, code: 'verification_unavailable', message: 'Later, POST' };

describe.each(PLATFORMS)('%s', platform => {
  const options = {
    messages: {
      verification_limited: 'Slow down',
      verification_unavailable: (context: ExecutionContext) =>
        `Later, ${context.switchToHttp().getRequest<{ method: string }>().method}`,
    },
    statusCodes: { verification_unavailable: 502 },
  };

  it.each([
    ['none', []],
    ['a catch-all, provided', [{ provide: APP_FILTER, useClass: EverythingFilter }]],
    ['a problem-details filter, provided', [{ provide: APP_FILTER, useClass: ProblemFilter }]],
  ])('a filter of the application answers with our status, words and Retry-After: %s', async (_, filters) => {
    await start(platform, filters, options);
    for (const [path, wait, { status, code, message }] of [
      ['limited', '2', LIMITED],
      ['down', '7', DOWN],
      ['stream', '7', DOWN],
    ] as const) {
      const answer = await send(`${running.url}/send/${path}`, {});
      expect(answer).toMatchObject({ status, body: { message } });
      if (filters.length === 0) expect(answer.body).toMatchObject({ statusCode: status, code });
      expect(answer.headers.get('retry-after')).toBe(wait);
      expect(JSON.stringify(answer.body)).not.toContain('secret account');
    }
  });

  it.each([true, false])(
    'a filter of the application comes first, whoever is added first: ours first %s',
    async first => {
      await start(platform, [{ provide: APP_FILTER, useClass: ProblemFilter }], {}, first);
      expect((await send(`${running.url}/send/limited`, {})).body).toMatchObject({
        type: 'about:blank',
        seen: 'RecipientLimitedError',
      });
    },
  );

  it.each([
    ['none', []],
    ['a catch-all', [{ provide: APP_FILTER, useClass: EverythingFilter }]],
  ])('a mistake of the application is its 500, and a line once, with %s', async (_, filters) => {
    await start(platform, filters);
    const { status, body } = await send(`${running.url}/send/mistaken`, {});
    expect({ status, body }).toMatchObject({ status: 500, body: { message: 'Internal server error' } });
    expect(running.logger.lines).toEqual(['error write the key [verification.misconfigured]  Verification']);
  });

  it('answers for a guard of the application as well', async () => {
    await start(platform, [], options);
    const { status, body, headers } = await send(`${running.url}/send/guarded`, {});
    expect({ status, body }).toMatchObject({ status: 502, body: { message: 'Later, POST' } });
    expect(headers.get('retry-after')).toBe('7');
  });

  it('leaves an answer alone that was given before the error', async () => {
    await start(platform);
    expect((await send(`${running.url}/send/answered`, {})).body).toEqual({ ok: true });
  });
});

describe('an error that a handler lets pass', () => {
  @Controller('send')
  class PlainController {
    @Post()
    down(): void {
      throw down();
    }
  }

  @Controller('filtered')
  @UseFilters(EverythingFilter)
  class FilteredController {
    @Post()
    nothing(): void {
      // only its filter counts
    }
  }

  @Controller('filtered')
  class FilteredMethodController {
    @Post()
    @UseFilters(EverythingFilter)
    nothing(): void {
      // only its filter counts
    }
  }

  @Controller('bound')
  @UseGuards(VerificationGuard)
  class PerRequestController {
    @Post()
    @RequireVerification('humanproof')
    nothing(): void {
      // only its scope counts
    }
  }
  Reflect.decorate([Injectable({ scope: Scope.REQUEST })], PerRequestController);

  const perRequest = { provide: APP_FILTER, useClass: EverythingFilter, scope: Scope.REQUEST };
  const text = { verification_unavailable: 'Later' };
  const words = { verification_unavailable: () => 'Later' };

  it.each<[string, number, ModuleMetadata, VerificationModuleOptions]>([
    ['nothing of the application', 0, {}, {}],
    ['our own filter on a gateway', 0, { providers: [CodeGateway] }, {}],
    ['a global filter', 1, { providers: [{ provide: APP_FILTER, useClass: EverythingFilter }] }, {}],
    ['a global filter that is made per request', 1, { providers: [perRequest] }, {}],
    ['a filter on a class', 1, { controllers: [FilteredController] }, {}],
    ['a filter on a method', 1, { controllers: [FilteredMethodController] }, {}],
    ['a controller that is made per request', 1, { controllers: [PerRequestController] }, {}],
    ['messages of the request', 1, {}, { messages: words }],
    ['names of the request', 1, {}, { correlationId: () => 'request-1' }],
    ['debug lines', 1, {}, { debug: true }],
  ])(
    'is answered alike beside %s, and %s interceptors are around the routes',
    async (_, count, theirs, options) => {
      running = await boot(
        'express',
        {
          imports: [
            VerificationModule.forRoot(optionsFor(stub, { messages: text, ...options })),
            module({ ...theirs, controllers: [PlainController, ...(theirs.controllers ?? [])] }),
          ],
        },
        app => app.useWebSocketAdapter(new WsAdapter(app)),
      );
      const { status, body, headers } = await send(`${running.url}/send`, {});
      expect({ status, body }).toMatchObject({ status: 503, body: { message: 'Later' } });
      expect(headers.get('retry-after')).toBe('7');
      expect(running.app.get(ApplicationConfig).getGlobalInterceptors()).toHaveLength(count);
    },
  );
});

it.each([
  [new RecipientLimitedError('engagelab', 'secret account'), 429, 'verification_limited'],
  [new ProviderUnavailableError('engagelab', 'secret account'), 503, 'verification_unavailable'],
  [new RecipientMalformedError('engagelab', 'secret account'), 400, 'recipient_malformed'],
  [new ConfigurationError('secret account'), 500, undefined],
])('an error brings its own answer: %s', (error, status, code) => {
  expect(error).toBeInstanceOf(HttpException);
  expect([error.getStatus(), error.message]).toEqual([status, 'secret account']);
  expect(error.getResponse()).toMatchObject({ statusCode: status, ...(code && { code }) });
  expect(error).toMatchObject({ status, response: error.getResponse() });
  expect(JSON.stringify([error.getResponse(), error])).not.toContain('secret');
});

it('a second application of one module answers through the filter that only it has', async () => {
  const stub = await StubServer.start();
  @Controller('down')
  class DownController {
    @Post()
    ask(): never {
      throw new ProviderUnavailableError('humanproof', 'down', { retryAfterMs: 5000 });
    }
  }
  @Catch(VerificationError)
  class OwnFilter {
    catch(error: VerificationError, host: ArgumentsHost): void {
      host.switchToHttp().getResponse<Response>().status(error.getStatus()).json({});
    }
  }
  const statusCodes = { verification_unavailable: 502 };
  const testing = await Test.createTestingModule({
    imports: [VerificationModule.forRoot({ ...optionsFor(stub), statusCodes })],
    controllers: [DownController],
  }).compile();
  await testing.createNestApplication().init();
  const second = testing.createNestApplication();
  second.useGlobalFilters(new OwnFilter());
  await second.listen(0, '127.0.0.1');
  const { status, headers } = await fetch(`${await second.getUrl()}/down`, { method: 'POST' });
  expect([status, headers.get('retry-after')]).toEqual([502, '5']);
  await second.close();
  await stub.stop();
});
