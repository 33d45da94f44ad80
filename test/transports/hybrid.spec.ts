import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Post,
  UseFilters,
  UseGuards,
  type ExecutionContext,
  type INestApplication,
  type INestMicroservice,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import {
  ConfigurationError,
  RequireVerification,
  Verified,
  VerificationErrorFilter,
  VerificationGuard,
  VerificationModule,
  type CheckifyVerdict,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type Platform } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';
import { ServiceClient, TCP } from './tcp-service.js';

let ran = 0;

/** The proof of a request or of a message. */
const evidence = (context: ExecutionContext) => ({
  requestId: (context.getType() === 'http'
    ? context.switchToHttp().getRequest<{ body: { proof?: string } }>().body
    : context.switchToRpc().getData<{ proof?: string }>()
  ).proof,
});

@Controller()
@UseGuards(VerificationGuard)
@UseFilters(VerificationErrorFilter)
class PayController {
  @Post('pay')
  @MessagePattern('pay')
  @RequireVerification('checkify', { evidence })
  pay(@Verified() { requestId }: CheckifyVerdict): unknown {
    ran++;
    return { requestId };
  }
}

@Controller()
class RouteController {
  @Post('route')
  @RequireVerification('checkify', { evidence })
  route(): string {
    return 'ran';
  }
}

let stub: StubServer;
let app: INestApplication | undefined;
beforeAll(async () => {
  stub = await StubServer.start();
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.reset(yes);
  ran = 0;
});
afterEach(() => app?.close());

interface Hybrid {
  readonly url: string;
  readonly client: ServiceClient;
}

async function start(
  platform: Platform,
  inheritAppConfig: boolean,
  controllers: Type[],
  providers: Provider[] = [],
): Promise<Hybrid> {
  let service: INestMicroservice | undefined;
  const running = await boot(
    platform,
    {
      imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard: true }))],
      controllers,
      providers,
    },
    made => {
      service = made.connectMicroservice(TCP, { inheritAppConfig });
    },
  );
  app = running.app;
  await app.startAllMicroservices();
  return { url: running.url, client: new ServiceClient(service!) };
}

const APP_GUARDS = [
  ['no APP_GUARD', []],
  ['an APP_GUARD', [{ provide: APP_GUARD, useExisting: VerificationGuard }]],
] as const;

describe.each(PLATFORMS)('a hybrid application on %s', platform => {
  describe.each([true, false])('with inheritAppConfig: %s', inheritAppConfig => {
    it.each(APP_GUARDS)(
      'holds routes and messages to the demand, once each, with %s',
      async (_, providers) => {
        const { url, client } = await start(platform, inheritAppConfig, [PayController], [...providers]);
        expect(await send(`${url}/pay`, {})).toMatchObject({
          status: 403,
          body: { code: 'verification_required' },
        });
        await expect(client.ask('pay', {})).rejects.toMatchObject({ code: 'verification_required' });
        expect(ran).toBe(0);
        expect(await send(`${url}/pay`, { proof: 'r1' })).toMatchObject({ body: { requestId: 'r1' } });
        await expect(client.ask('pay', { proof: 'r2' })).resolves.toEqual({ requestId: 'r2' });
        expect(stub.seen).toHaveLength(2);
        client.close();
      },
    );

    it.each(APP_GUARDS)(
      'stops the boot over a message handler without a guard of its own, with %s',
      async (_, providers) => {
        // As a route the global guard would reach it.
        @Controller()
        class BothController {
          @Post('both')
          @MessagePattern('both')
          @RequireVerification('checkify', { evidence })
          both(): void {
            ran++;
          }
        }
        app = undefined;
        const refused: unknown = await start(
          platform,
          inheritAppConfig,
          [BothController],
          [...providers],
        ).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(ConfigurationError);
        expect((refused as Error).message).toBe(
          `BothController.both() has @RequireVerification('checkify'), but no VerificationGuard covers it. Write @UseGuards(VerificationGuard) on the method or its class. A guard of your own extends VerificationGuard, or says static covers = [VerificationGuard] if it delegates to it.`,
        );
      },
    );
  });

  it('a global guard reaches its routes', async () => {
    const { url, client } = await start(platform, false, [RouteController]);
    expect((await send(`${url}/route`, {})).status).toBe(403);
    expect((await send(`${url}/route`, { proof: 'r1' })).body).toBe('ran');
    client.close();
  });
});
