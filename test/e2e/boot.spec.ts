import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Module,
  Post,
  UseGuards,
  type INestApplication,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import {
  ConfigurationError,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type ProviderName,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, send } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

let stub: StubServer;
beforeAll(async () => {
  stub = await StubServer.start();
  stub.reset(yes);
});
afterAll(() => stub.stop());

@Controller('unguarded')
class UnguardedController {
  @Post()
  @RequireVerification('checkify')
  pay(): string {
    return 'paid';
  }
}

@Controller()
class MisspelledController {
  @Post('pay')
  @RequireVerification('chekify' as ProviderName, { claims: [] })
  pay(): void {
    return;
  }
}

@Controller()
class UnguardedMessages {
  @MessagePattern('pay')
  @RequireVerification('checkify', { evidence: () => undefined })
  pay(): void {
    return;
  }
}

function moduleOf(controllers: Type[], globalGuard = false): ModuleMetadata {
  return { imports: [VerificationModule.forRoot(optionsFor(stub, { globalGuard }))], controllers };
}

/** The ways in which Nest starts without HTTP. */
const WITHOUT_HTTP: [string, (metadata: ModuleMetadata) => Promise<{ close(): Promise<void> }>][] = [
  [
    'an application context',
    metadata => {
      class AppModule {}
      Module(metadata)(AppModule);
      return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    },
  ],
  ['a testing module', async metadata => (await Test.createTestingModule(metadata).compile()).init()],
];

describe.each(WITHOUT_HTTP)('%s', (_, start) => {
  it.each([false, true])('starts without a guard on its HTTP routes, globalGuard: %s', async globalGuard => {
    await (await start(moduleOf([UnguardedController], globalGuard))).close();
  });

  it.each([
    ['a demand of an unknown provider', MisspelledController, 'no verification provider "chekify"'],
    ['a message handler without a guard', UnguardedMessages, 'no VerificationGuard covers it'],
  ])('stops at %s', async (__, controller, told) => {
    const failure = await start(moduleOf([controller], true)).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect((failure as ConfigurationError).message).toContain(told);
  });
});

describe('a guard that stands for ours', () => {
  const stubGuard = { canActivate: () => true };
  it.each<[string, boolean, Provider[]]>([
    ['globalGuard', true, []],
    ['APP_GUARD with useExisting', false, [{ provide: APP_GUARD, useExisting: VerificationGuard }]],
  ])('may be overridden in a test: %s', async (_, globalGuard, providers) => {
    const testing = Test.createTestingModule({ ...moduleOf([UnguardedController], globalGuard), providers });
    testing.overrideProvider(VerificationGuard).useValue(stubGuard);
    const app = (await testing.compile()).createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    try {
      expect(await send(`${await app.getUrl()}/unguarded`, {})).toMatchObject({ status: 201 });
    } finally {
      await app.close();
    }
  });

  class Delegating {
    static covers = [VerificationGuard];
    canActivate(): boolean {
      return true;
    }
  }

  it.each(['class', 'global'])('may say that it delegates to ours: %s', async where => {
    @Controller('delegated')
    @UseGuards(Delegating)
    class DelegatedController extends UnguardedController {}
    const controllers = [where === 'class' ? DelegatedController : UnguardedController];
    const { app } = await boot('express', moduleOf(controllers), made => {
      if (where === 'global') made.useGlobalGuards(new Delegating());
    });
    await app.close();
  });

  class OtherGuard {
    canActivate(): boolean {
      return true;
    }
  }

  it.each<[string, unknown]>([
    ['another guard', [OtherGuard]],
    ['nothing', []],
    ['no list', VerificationGuard],
    ['a name', 'VerificationGuard'],
  ])('does not stand for it by naming %s', async (_, covers) => {
    class Misnaming {
      static covers = covers;
      canActivate(): boolean {
        return true;
      }
    }
    const global = (made: INestApplication): void => void made.useGlobalGuards(new Misnaming());
    const started = boot('express', moduleOf([UnguardedController]), global).then(({ app }) => app.close());
    await expect(started).rejects.toThrow('no VerificationGuard covers it');
  });
});

it('under Bun, the boot says in one line that it is not supported', async () => {
  Object.defineProperty(process.versions, 'bun', { value: '1.4.3', configurable: true });
  try {
    const { app, logger } = await boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
    });
    expect(logger.lines).toEqual([expect.stringMatching(/^warn Bun is not supported: .* Run .* on Node\./)]);
    await app.close();
  } finally {
    Reflect.deleteProperty(process.versions, 'bun');
  }
});
