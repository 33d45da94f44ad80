import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Post,
  Scope,
  SetMetadata,
  UseGuards,
  type DynamicModule,
  type INestApplication,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import {
  CheckifyService,
  ConfigurationError,
  InMemoryStateStore,
  RequireVerification,
  SkipVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  Verified,
  type CheckifyVerdict,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { asked, yes } from '../support/answering.js';
import { boot, send, type Platform, type RunningApplication } from '../support/application.js';
import { module } from '../support/module.js';
import { reply, StubServer } from '../support/stub-server.js';

type Shop = 'wine' | 'toys';
const SHOPS = ['wine', 'toys'] as const;

let stubs: Record<Shop, StubServer>;
const open: INestApplication[] = [];
beforeAll(async () => {
  stubs = { wine: await StubServer.start(), toys: await StubServer.start() };
});
beforeEach(() => {
  for (const shop of SHOPS) stubs[shop].reset(yes);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(app => app.close()));
});
afterAll(() => Promise.all(SHOPS.map(shop => stubs[shop].stop())));

function verification(shop: Shop, more: VerificationModuleOptions = {}): DynamicModule {
  return VerificationModule.forRoot({
    isGlobal: false,
    http: { retries: 0, breaker: false },
    messages: { verification_required: `ask the ${shop} shop`, verification_unavailable: `${shop} is down` },
    ...more,
    providers: {
      checkify: { apiKey: `csk_of_${shop}`, baseUrl: stubs[shop].url },
    },
  });
}

async function start(platform: Platform, metadata: ModuleMetadata, setUp?: (app: INestApplication) => void) {
  const running = await boot(platform, metadata, setUp);
  open.push(running.app);
  return running;
}

async function mistake(metadata: ModuleMetadata, setUp?: (app: INestApplication) => void): Promise<string> {
  const outcome = await start('express', metadata, setUp).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ConfigurationError);
  return (outcome as ConfigurationError).message;
}

/** A controller of one shop. The names of the classes tell the shops apart in what an operator reads. */
function controllerOf(shop: Shop, guards: readonly Type[]): Type {
  class Shared {
    constructor(@Inject(CheckifyService) private readonly checkify: CheckifyService) {}

    @Post('pay')
    @RequireVerification('checkify', { consume: false, once: true })
    pay(@Verified('checkify') verified: CheckifyVerdict): object {
      return { requestId: verified.requestId, siteId: verified.siteId };
    }

    @Post('manual')
    manual(): unknown {
      return this.checkify.verify({ requestId: 'r1' });
    }
  }
  @Controller('wine')
  @UseGuards(...guards)
  class WineController extends Shared {}
  @Controller('toys')
  @UseGuards(...guards)
  class ToysController extends Shared {}
  return shop === 'wine' ? WineController : ToysController;
}

/** Both shops, each a module with a VerificationModule of its own. */
function shops(how: 'UseGuards' | 'globalGuard', more: VerificationModuleOptions = {}): ModuleMetadata {
  const globalGuard = how === 'globalGuard';
  return {
    imports: SHOPS.map(shop =>
      module({
        imports: [verification(shop, { globalGuard, ...more })],
        controllers: [controllerOf(shop, globalGuard ? [] : [VerificationGuard])],
      }),
    ),
  };
}

describe('two VerificationModules in one application', () => {
  describe.each([
    ['UseGuards', 'express'],
    ['globalGuard', 'fastify'],
  ] as const)('with %s on %s', (how, platform) => {
    it('ask with their own keys, in parallel', async () => {
      const { url, logger } = await start(platform, shops(how));
      for (const shop of SHOPS) {
        stubs[shop].reset((request, response) => {
          reply(200, { ...CHECKIFY.completed(asked(request)['request_id']), site_id: shop })(
            request,
            response,
          );
        });
      }
      const calls = Array.from({ length: 40 }, (_, index) => ({
        shop: SHOPS[index % 2]!,
        requestId: `r${String(index)}`,
      }));
      const replies = await Promise.all(
        calls.map(({ shop, requestId }) => send(`${url}/${shop}/pay`, { checkify_token: requestId })),
      );
      expect(replies.map(({ status, body }) => ({ status, body }))).toEqual(
        calls.map(({ shop, requestId }) => ({ status: 201, body: { requestId, siteId: shop } })),
      );
      for (const shop of SHOPS) {
        expect(stubs[shop].seen).toHaveLength(20);
        expect(new Set(stubs[shop].seen.map(({ headers }) => headers.authorization))).toEqual(
          new Set([`Bearer csk_of_${shop}`]),
        );
      }
      expect(logger.lines).toEqual([]);
    });

    it('share no state, even in one store: a proof that passed at one passes at the other, once', async () => {
      const { url } = await start(platform, shops(how, { store: new InMemoryStateStore() }));
      const status = async (shop: Shop) =>
        (await send(`${url}/${shop}/pay`, { checkify_token: 'r1' })).status;
      expect([await status('wine'), await status('toys')]).toEqual([201, 201]);
      expect([await status('wine'), await status('toys')]).toEqual([403, 403]);
    });

    it('refuse in their own words, and fail apart', async () => {
      const { url } = await start(platform, shops(how));
      for (const shop of SHOPS)
        expect(await send(`${url}/${shop}/pay`, {})).toMatchObject({
          status: 403,
          body: { message: `ask the ${shop} shop` },
        });
      expect([...stubs.wine.seen, ...stubs.toys.seen]).toHaveLength(0);
      stubs.wine.reset(reply(503, {}));
      const down = { status: 503, body: { message: 'wine is down' } };
      expect(await send(`${url}/wine/pay`, { checkify_token: 'r1' })).toMatchObject(down);
      expect(await send(`${url}/wine/manual`, {})).toMatchObject(down);
      expect(await send(`${url}/toys/pay`, { checkify_token: 'r1' })).toMatchObject({ status: 201 });
      stubs.toys.reset(reply(503, {}));
      expect(await send(`${url}/toys/manual`, {})).toMatchObject({
        status: 503,
        body: { message: 'toys is down' },
      });
    });
  });

  it('one observes while the other refuses, each under its own name', async () => {
    const controllers = SHOPS.map(shop => controllerOf(shop, [VerificationGuard]));
    const imports = SHOPS.map((shop, index) =>
      module({
        imports: [verification(shop, shop === 'wine' ? { enforcement: 'observe' } : {})],
        controllers: [controllers[index]!],
      }),
    );
    const { url, logger } = await start('express', { imports });
    expect((await send(`${url}/toys/pay`, {})).status).toBe(403);
    expect(logger.rejections.join()).not.toContain('verification.observed');
    stubs.wine.reset(reply(404, CHECKIFY.error('result_not_found')));
    // What the route does without a verdict is the application's own affair.
    expect((await send(`${url}/wine/pay`, {})).status).toBe(500);
    expect(logger.rejections.join()).toMatch(/WineController\.pay\(\) would have refused/);
  });
});

describe('what the boot tells', () => {
  it.each(['UseGuards', 'globalGuard'] as const)('is told by each of its own routes: %s', async how => {
    @Controller('wine-list')
    @UseGuards(...(how === 'UseGuards' ? [VerificationGuard] : []))
    @RequireVerification('checkify')
    class ListController {
      @Post()
      @SkipVerification('everybody may look')
      look(): void {
        return;
      }
    }
    const globalGuard = how === 'globalGuard';
    const imports = [
      module({
        imports: [verification('wine', { globalGuard })],
        controllers: [controllerOf('wine', globalGuard ? [] : [VerificationGuard]), ListController],
      }),
      module({
        imports: [verification('toys', { globalGuard })],
        controllers: [controllerOf('toys', globalGuard ? [] : [VerificationGuard])],
      }),
    ];
    const { app, logger } = await start('express', { imports });
    expect(logger.routes.map(line => line.split(' [')[0])).toEqual([
      'ListController.look() exempt: "everybody may look"; WineController.pay() checkify',
      'ToysController.pay() checkify',
    ]);
    const services = app.get(VerificationService, { strict: false, each: true });
    expect(services.map(service => service.routes().map(({ handler }) => handler))).toEqual([
      ['ListController.look()', 'WineController.pay()'],
      ['ToysController.pay()'],
    ]);
  });

  it('a handler that neither protects stops it, once', async () => {
    const imports = [
      module({
        imports: [verification('wine')],
        controllers: [controllerOf('wine', [VerificationGuard])],
      }),
      module({ imports: [verification('toys')], controllers: [controllerOf('toys', [])] }),
    ];
    const text = await mistake({ imports });
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^ToysController\.pay\(\) .* no VerificationGuard covers it/),
    ]);
  });

  it('what a module imports neither of stops it, too', async () => {
    @Controller('nowhere')
    class NowhereController {
      @Post()
      @RequireVerification('checkify')
      pay(): void {
        return;
      }
    }
    const text = await mistake({ ...shops('UseGuards'), controllers: [NowhereController] });
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^NowhereController\.pay\(\) .* no VerificationGuard covers it/),
    ]);
  });

  it('each stops it for its own demands alone', async () => {
    @Controller('cards')
    @UseGuards(VerificationGuard)
    class CardController {
      @Post()
      @RequireVerification('humanproof')
      pay(): void {
        return;
      }
    }
    const withSecret = VerificationModule.forRoot({
      isGlobal: false,
      providers: { humanproof: { secret: 'hp-secret', baseUrl: stubs.toys.url } },
    });
    await start('express', {
      imports: [
        module({
          imports: [verification('wine')],
          controllers: [controllerOf('wine', [VerificationGuard])],
        }),
        module({ imports: [withSecret], controllers: [CardController] }),
      ],
    });
    const swapped = module({ imports: [verification('wine')], controllers: [CardController] });
    const text = await mistake({ imports: [module({ imports: [withSecret] }), swapped] });
    expect(text).toMatch(/^CardController\.pay\(\) .*"humanproof" is not configured/);
  });

  it('two global guards of which none is nearer', async () => {
    @Controller('between')
    class BetweenController {
      @Post()
      @RequireVerification('checkify')
      pay(): void {
        return;
      }
    }
    const imports = SHOPS.map(shop => module({ imports: [verification(shop, { globalGuard: true })] }));
    expect(await mistake({ imports, controllers: [BetweenController] })).toMatch(
      /^BetweenController\.pay\(\) has .*guards of several VerificationModules stand before it/,
    );
  });

  it('a global guard of another module, such as one that only observes', async () => {
    const imports = [
      module({ imports: [verification('wine', { globalGuard: true, enforcement: 'observe' })] }),
      module({ imports: [verification('toys')], controllers: [controllerOf('toys', [])] }),
    ];
    expect(await mistake({ imports })).toMatch(/^ToysController\.pay\(\) .*of another VerificationModule/);
  });

  it('a class that two modules list, where global guards cannot tell them apart', async () => {
    const controller = controllerOf('wine', []);
    const imports = SHOPS.map(shop =>
      module({ imports: [verification(shop, { globalGuard: true })], controllers: [controller] }),
    );
    expect(await mistake({ imports })).toMatch(/^WineController\.pay\(\) .*several VerificationModules/);
  });
});

describe('the guard that judges', () => {
  async function callsOf({ url }: RunningApplication, path: Shop): Promise<readonly number[]> {
    for (const shop of SHOPS) stubs[shop].reset(yes);
    expect((await send(`${url}/${path}/pay`, { checkify_token: 'r1' })).status).toBe(201);
    return SHOPS.map(shop => stubs[shop].seen.length);
  }

  it.each(['globalGuard', 'APP_GUARD', 'useGlobalGuards'])(
    'is that of the route, next to a global one of another module: %s',
    async how => {
      const wine = verification('wine', { globalGuard: how === 'globalGuard' });
      const running = await start(
        'express',
        {
          imports: [
            module({
              imports: [wine],
              controllers: [controllerOf('wine', [])],
              providers: how === 'APP_GUARD' ? [{ provide: APP_GUARD, useClass: VerificationGuard }] : [],
            }),
            module({
              imports: [verification('toys')],
              controllers: [controllerOf('toys', [VerificationGuard])],
            }),
          ],
        },
        app => {
          if (how === 'useGlobalGuards')
            app.useGlobalGuards(app.select(wine).get(VerificationGuard, { strict: true }));
        },
      );
      expect(await callsOf(running, 'wine')).toEqual([1, 0]);
      expect(await callsOf(running, 'toys')).toEqual([0, 1]);
      expect(await send(`${running.url}/toys/pay`, {})).toMatchObject({
        body: { message: 'ask the toys shop' },
      });
    },
  );

  it('is that of the module which lists the class, where two modules list it with @UseGuards', async () => {
    @Controller()
    @UseGuards(VerificationGuard)
    class ShopController {
      @Post('pay')
      @RequireVerification('checkify')
      pay(): string {
        return 'paid';
      }
    }
    const modules = SHOPS.map(shop =>
      module({ imports: [verification(shop)], controllers: [ShopController] }),
    );
    const running = await start('express', {
      imports: [
        ...modules,
        RouterModule.register(SHOPS.map((path, index) => ({ path, module: modules[index]! }))),
      ],
    });
    expect(await callsOf(running, 'wine')).toEqual([1, 0]);
    expect(await callsOf(running, 'toys')).toEqual([0, 1]);
  });

  it('reaches message handlers by their own module alone', async () => {
    class Gateway {
      @UseGuards(VerificationGuard)
      @SetMetadata('websockets:message_mapping', true)
      @RequireVerification('checkify', { evidence: () => undefined })
      onMessage(): void {
        return;
      }
    }
    const { logger } = await start('express', {
      imports: [
        ...(shops('globalGuard').imports ?? []),
        module({ imports: [verification('toys')], providers: [Gateway] }),
      ],
    });
    expect(logger.routes.join('\n')).toContain('Gateway.onMessage() checkify');
  });

  it.each([Scope.DEFAULT, Scope.REQUEST])(
    'is never missing, where a constructor binds the method and so loses its own: scope %i',
    async scope => {
      @Controller({ path: 'toys', scope })
      class BoundController {
        constructor() {
          this.pay = this.pay.bind(this);
        }
        @Post('pay')
        @UseGuards(VerificationGuard)
        @RequireVerification('checkify')
        pay(): string {
          return 'paid';
        }
      }
      const wine = module({ imports: [verification('wine', { globalGuard: true })] });
      const toys = module({ imports: [verification('toys')], controllers: [BoundController] });
      if (scope === Scope.DEFAULT) {
        expect(await mistake({ imports: [wine, toys] })).toContain('of another VerificationModule');
        return;
      }
      const { url } = await start('express', { imports: [wine, toys] }); // nobody sees it before the first request
      expect((await send(`${url}/toys/pay`, {})).status).toBe(403);
      expect(stubs.wine.seen).toHaveLength(0);
    },
  );

  it('of a re-exported module is that of the module behind it', async () => {
    const shared = verification('toys', { globalGuard: true });
    const middle = module({ imports: [shared], exports: [shared] });
    const running = await start('express', {
      imports: [
        module({
          imports: [verification('wine', { globalGuard: true })],
          controllers: [controllerOf('wine', [])],
        }),
        module({ imports: [middle], controllers: [controllerOf('toys', [])] }),
      ],
    });
    expect(await callsOf(running, 'toys')).toEqual([0, 1]);
    expect(running.logger.routes).toHaveLength(2);
  });
});
