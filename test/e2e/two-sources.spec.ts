import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Injectable,
  Module,
  Post,
  UseGuards,
  type ExecutionContext,
  type INestApplication,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, ExternalContextCreator, LazyModuleLoader } from '@nestjs/core';
import {
  ConfigurationError,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
} from 'nestjs-verification';
import { asked, optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type Platform, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

let stub: StubServer;
const open: INestApplication[] = [];
beforeAll(async () => {
  stub = await StubServer.start();
});
beforeEach(() => {
  stub.reset(yes);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(app => app.close()));
});
afterAll(() => stub.stop());

const headerOf = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['x-proof'];

/** Reads the proof from a header, and makes a new object for each call. */
class HeaderGuard extends VerificationGuard {
  protected override getRequest(context: ExecutionContext): unknown {
    return { body: { checkify_token: headerOf(context) } };
  }
}

/** A guard that reads the evidence where ours does. */
class OwnGuard extends VerificationGuard {}

class PayController {
  @Post()
  @RequireVerification('checkify')
  pay(): string {
    return 'paid';
  }
}

/** A controller with guards on its class and on its method. */
function controllerWith(onClass: readonly Type[], onMethod: readonly Type[] = []): Type {
  @Controller('pay')
  @UseGuards(...onClass)
  class GuardedController extends PayController {
    @Post()
    @UseGuards(...onMethod)
    override pay(): string {
      return super.pay();
    }
  }
  return GuardedController;
}

interface Set {
  readonly controller: Type;
  readonly providers?: Provider[];
  readonly globalGuard?: boolean;
  readonly setUp?: (app: INestApplication) => void;
}

async function start(platform: Platform, { controller, providers = [], globalGuard = false, setUp }: Set) {
  const imports = [VerificationModule.forRoot(optionsFor(stub, { globalGuard }))];
  const running = await boot(platform, { imports, controllers: [controller], providers }, setUp);
  open.push(running.app);
  return running;
}

async function pay({ url }: RunningApplication, proof: { header?: string; body?: string }): Promise<number> {
  const { status } = await fetch(`${url}/pay`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(proof.header === undefined ? {} : { 'x-proof': proof.header }),
    },
    body: JSON.stringify(proof.body === undefined ? {} : { checkify_token: proof.body }),
  });
  return status;
}

describe('guards that read evidence from different places stop the boot', () => {
  const onRoute = controllerWith([HeaderGuard]);
  it.each<[string, Set]>([
    ['with globalGuard', { controller: onRoute, globalGuard: true }],
    [
      'with APP_GUARD',
      { controller: onRoute, providers: [{ provide: APP_GUARD, useClass: VerificationGuard }] },
    ],
    [
      'with useGlobalGuards',
      { controller: onRoute, setUp: app => void app.useGlobalGuards(app.get(VerificationGuard)) },
    ],
    ['on class and method', { controller: controllerWith([VerificationGuard], [HeaderGuard]) }],
    ['in one list', { controller: controllerWith([OwnGuard, HeaderGuard]) }],
    [
      'where the global one is the other',
      {
        controller: controllerWith([VerificationGuard]),
        providers: [{ provide: APP_GUARD, useClass: HeaderGuard }],
      },
    ],
  ])('%s', async (_, set) => {
    const outcome = await start('express', set).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(ConfigurationError);
    expect((outcome as ConfigurationError).message).toMatch(
      /^GuardedController\.pay\(\) is guarded by (HeaderGuard and \w+|\w+ and HeaderGuard), whose getRequest differ/,
    );
  });
});

describe.each(PLATFORMS)('stacked guards that read one place, on %s', platform => {
  it.each<[string, Set]>([
    ['globally and on the class', { controller: controllerWith([HeaderGuard]) }],
    [
      'globally, on the class and on the method',
      { controller: controllerWith([HeaderGuard], [HeaderGuard]) },
    ],
  ])('ask once, and look nowhere else: %s', async (_, set) => {
    const providers = [{ provide: APP_GUARD, useClass: HeaderGuard }];
    const running = await start(platform, { ...set, providers });
    expect(await pay(running, { body: 'r1' })).toBe(403);
    expect(stub.seen).toHaveLength(0);
    expect(await pay(running, { header: 'r2', body: 'r1' })).toBe(201);
    expect(stub.seen.map(each => asked(each)['request_id'])).toEqual(['r2']);
  });

  it.each([[[VerificationGuard, OwnGuard]], [[OwnGuard, VerificationGuard]]])(
    'ask once, where one extends the other: %p',
    async guards => {
      const running = await start(platform, { controller: controllerWith(guards), globalGuard: true });
      expect(await pay(running, { header: 'r1' })).toBe(403);
      expect(await pay(running, { body: 'r1' })).toBe(201);
      expect(stub.seen).toHaveLength(1);
    },
  );

  it('ask once, where an `evidence` function reads it for all of them', async () => {
    @Controller('pay')
    @UseGuards(HeaderGuard)
    class EvidenceController {
      @Post()
      @RequireVerification('checkify', { evidence: context => ({ requestId: headerOf(context) ?? '' }) })
      pay(): string {
        return 'paid';
      }
    }
    const running = await start(platform, { controller: EvidenceController, globalGuard: true });
    expect(await pay(running, { body: 'r1' })).toBe(403);
    expect(await pay(running, { header: 'r1' })).toBe(201);
    expect(stub.seen).toHaveLength(1);
  });
});

class RequestGuard extends VerificationGuard {
  protected override getRequest(context: ExecutionContext): unknown {
    return context.getArgByIndex<{ req: unknown }>(2).req;
  }
}
class SessionGuard extends VerificationGuard {
  protected override getRequest(context: ExecutionContext): unknown {
    return context.getArgByIndex<{ session: unknown }>(2).session;
  }
}

@Injectable()
class LazyHandlers {
  @UseGuards(VerificationGuard, RequestGuard)
  @RequireVerification('checkify')
  same(): string {
    return 'ran';
  }

  @UseGuards(VerificationGuard, SessionGuard)
  @RequireVerification('checkify')
  different(): string {
    return 'ran';
  }
}

@Module({ providers: [LazyHandlers], exports: [LazyHandlers] })
class LazyModule {}

describe('guards of a module that is loaded later, which no audit sees', () => {
  async function call(method: 'same' | 'different', context: object): Promise<unknown> {
    const running = await boot('express', { imports: [VerificationModule.forRoot(optionsFor(stub))] });
    open.push(running.app);
    const handlers = (await running.app.get(LazyModuleLoader).load(() => LazyModule)).get(LazyHandlers);
    const creator = running.app.get(ExternalContextCreator);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- Nest binds it
    const handler = handlers[method];
    const args = [undefined, undefined, undefined, undefined, undefined, 'graphql'] as const;
    const invoke = creator.create(handlers, handler, method, ...args);
    const answer = await (invoke as (...of: unknown[]) => Promise<unknown>)({}, {}, context, {}).catch(
      (error: unknown) => error,
    );
    return { answer, lines: running.logger.lines.join() };
  }

  it('share a judgement where both read one request', async () => {
    const context = { req: { body: { checkify_token: 'r1' } } };
    expect(await call('same', context)).toMatchObject({ answer: 'ran' });
    expect(stub.seen).toHaveLength(1);
  });

  it.each([
    ['in one place', {}],
    ['in both', { body: { checkify_token: 'r2' } }],
  ])('refuse where they read two, and spend nothing more: evidence %s', async (_, session) => {
    const context = { req: { body: { checkify_token: 'r1' } }, session };
    expect(await call('different', context)).toMatchObject({
      answer: { code: 'verification_unavailable' },
      lines: expect.stringContaining(
        'guarded by VerificationGuard and SessionGuard, whose getRequest differ',
      ),
    });
    expect(stub.seen.map(each => asked(each)['request_id'])).toEqual(['r1']);
  });
});
