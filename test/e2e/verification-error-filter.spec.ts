import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Inject,
  Post,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, ExternalContextCreator, HttpAdapterHost } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  ConfigurationError,
  EngageLabOtpService,
  RecipientLimitedError,
  VerificationErrorFilter,
  VerificationModule,
} from 'nestjs-verification';
import { WebSocket } from 'ws';
import { optionsFor } from '../support/answering.js';
import { boot, PLATFORMS, send, type Platform, type RunningApplication } from '../support/application.js';
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

@Controller('send')
class CodeController {
  @Post()
  send(): void {
    throw new RecipientLimitedError('engagelab', 'enough', { retryAfterMs: 2000 });
  }
}

/** The one format of an application's errors. */
@Catch()
class EverythingFilter implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: Error, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { problem: error.name }, 418);
  }
}

let stub: StubServer;
let running: RunningApplication;
beforeAll(async () => {
  stub = await StubServer.start();
});
afterAll(() => stub.stop());
afterEach(() => running.app.close());

const start = async (platform: Platform, providers: object[] = []): Promise<void> => {
  running = await boot(
    platform,
    {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [CodeController],
      providers: providers as never[],
    },
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

describe.each(PLATFORMS)('%s', platform => {
  it('comes after a filter for everything that the application provides', async () => {
    await start(platform, [{ provide: APP_FILTER, useClass: EverythingFilter }]);
    expect(await send(`${running.url}/send`, {})).toMatchObject({
      status: 418,
      body: { problem: 'RecipientLimitedError' },
    });
  });

  it('answers where the application has none', async () => {
    await start(platform);
    const { status, body, headers } = await send(`${running.url}/send`, {});
    expect({ status, body }).toMatchObject({ status: 429, body: { code: 'verification_limited' } });
    expect(headers.get('retry-after')).toBe('2');
  });
});
