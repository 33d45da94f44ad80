import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Post,
  Scope,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type INestApplication,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  ConfigurationError,
  RequireAnyVerification,
  RequireVerification,
  RunsGuards,
  VerificationGuard,
  VerificationModule,
  Verified,
  type ProviderName,
  type RouteRequirement,
  type VerificationModuleOptions,
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

interface Set {
  readonly controllers?: Type[];
  readonly providers?: Provider[];
  readonly options?: VerificationModuleOptions;
  readonly setUp?: (app: INestApplication) => void;
  readonly async?: boolean;
}

async function start({
  controllers = [],
  providers = [],
  options = optionsFor(stub),
  setUp,
  async = false,
}: Set) {
  return boot(
    'express',
    {
      imports: [
        async
          ? VerificationModule.forRootAsync({ useFactory: () => Promise.resolve(options) })
          : VerificationModule.forRoot(options),
      ],
      controllers,
      providers,
    },
    setUp,
  );
}

/** The message that stops the boot. */
async function mistake(set: Set): Promise<string> {
  const outcome = await start(set).then(
    async ({ app }) => {
      await app.close();
      return undefined;
    },
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(ConfigurationError);
  return (outcome as ConfigurationError).message;
}

async function boots(set: Set): Promise<void> {
  const { app } = await start(set);
  await app.close();
}

/** Mistakes that TypeScript would refuse, and JavaScript does not. */
function demand(provider: string, requirement?: unknown): MethodDecorator & ClassDecorator {
  return RequireVerification(provider as ProviderName, requirement as RouteRequirement<ProviderName>);
}

function controllerWith(decorator: MethodDecorator): Type {
  @Controller('pay')
  @UseGuards(VerificationGuard)
  class PayController {
    @Post()
    @decorator
    pay(): void {
      return;
    }
  }
  return PayController;
}

@Controller('unguarded')
class UnguardedController {
  @Post()
  @RequireVerification('checkify')
  pay(): string {
    return 'paid';
  }
}

describe('an impossible demand stops the boot', () => {
  it.each<[string, MethodDecorator, RegExp]>([
    [
      'an unknown provider',
      demand('acme'),
      /no verification provider "acme".*"checkify".*"verifyid".*customProviders/,
    ],
    ['a provider by an inherited name', demand('constructor'), /no verification provider "constructor"/],
    ['age_over_9 of checkify', demand('checkify', { claims: ['age_over_9'] }), /"age_over_9".*10 to 110/],
    ['age_over_111 of checkify', demand('checkify', { claims: ['age_over_111'] }), /"age_over_111"/],
    ['age_over_18.5', demand('checkify', { claims: ['age_over_18.5'] }), /"age_over_18.5"/],
    ['age_over_018', demand('checkify', { claims: ['age_over_018'] }), /"age_over_018"/],
    ['age_over_1e1', demand('checkify', { claims: ['age_over_1e1'] }), /"age_over_1e1"/],
    ['age_over_18 with a space', demand('checkify', { claims: ['age_over_18 '] }), /"age_over_18 "/],
    ['an inherited name as a claim', demand('checkify', { claims: ['constructor'] }), /"constructor"/],
    ['the claim of another provider', demand('checkify', { claims: ['phone_verified'] }), /"phone_verified"/],
    ['one wrong claim among right ones', demand('checkify', { claims: ['human_verified', 'age'] }), /"age"/],
    ['a claim that is no text', demand('checkify', { claims: [18] }), /cannot attest number/],
    [
      'age_over_21 of verifyid',
      demand('verifyid', { claims: ['age_over_21'] }),
      /"age_over_21".*age_over_16.*age_over_18/,
    ],
    ['age_over_19 of verifyid', demand('verifyid', { claims: ['age_over_19'] }), /"age_over_19"/],
    ['age_over_0 of verifyid', demand('verifyid', { claims: ['age_over_0'] }), /"age_over_0"/],
    ['verifyid without claims', demand('verifyid'), /no default.*age_over_18/],
    ['verifyid with an empty requirement', demand('verifyid', {}), /no default/],
    [
      'an age of engagelab',
      demand('engagelab', { claims: ['age_over_18'] }),
      /"age_over_18".*phone_verified/,
    ],
    [
      'an age of humanproof',
      demand('humanproof', { claims: ['age_over_18'] }),
      /"age_over_18".*human_verified/,
    ],
    ['no claims at all', demand('checkify', { claims: [] }), /non-empty array/],
    ['a claim that is not in an array', demand('checkify', { claims: 'human_verified' }), /non-empty array/],
    ['claims: null', demand('verifyid', { claims: null }), /claims/],
    ['claims in a Set', demand('checkify', { claims: new Set(['human_verified']) }), /non-empty array/],
    ['fields that are no array', demand('checkify', { fields: 'country' }), /"fields"/],
    ['fields that are no text', demand('checkify', { fields: [1] }), /"fields"/],
    ['a field without a name', demand('checkify', { fields: [''] }), /"fields"/],
    ['consume that is no boolean', demand('checkify', { consume: 'false' }), /"consume"/],
  ])('%s', async (_, decorator, message) => {
    const text = await mistake({ controllers: [controllerWith(decorator)] });
    expect(text).toMatch(/^PayController\.pay\(\) has @RequireVerification\('/);
    expect(text).toMatch(message);
  });

  it('with forRootAsync too', async () => {
    const controllers = [controllerWith(demand('verifyid'))];
    await expect(mistake({ controllers, async: true })).resolves.toBe(await mistake({ controllers }));
  });

  it.each<[string, unknown]>([
    ['empty claims', { claims: [] }],
    ['a claim that is not in an array', { claims: 'human_verified' }],
    ['claims that are no list at all', { claims: 7 }],
    ['an unknown claim', { claims: ['nonsense'] }],
    ['fields that are no array', { fields: 'country' }],
    ['consume that is no boolean', { consume: 'no' }],
  ])('%s, next to a demand that is right', async (_, wrong) => {
    @Controller('pay')
    @UseGuards(VerificationGuard)
    @demand('checkify', wrong)
    class PayController {
      @Post()
      @RequireVerification('checkify', { claims: ['age_over_18'] })
      pay(): void {
        return;
      }
    }
    expect(await mistake({ controllers: [PayController] })).toContain('PayController.pay()');
  });

  it('two purposes for one code', async () => {
    @Controller('pay')
    @UseGuards(VerificationGuard)
    @RequireVerification('engagelab', { purpose: 'login' })
    class PayController {
      @Post()
      @RequireVerification('engagelab', { purpose: 'payment' })
      pay(): void {
        return;
      }
    }
    expect(await mistake({ controllers: [PayController] })).toMatch(
      /PayController\.pay\(\).*different purposes/,
    );
  });

  it.each([
    ['checkify', 'CHECKIFY_API_KEY', 'providers.checkify.apiKey'],
    ['engagelab', 'ENGAGELAB_DEV_KEY', 'providers.engagelab.devKey'],
    ['humanproof', 'HUMANPROOF_SECRET', 'providers.humanproof.secret'],
  ] as const)('a route that requires %s without its credentials', async (provider, variable, option) => {
    const text = await mistake({ controllers: [controllerWith(demand(provider))], options: {} });
    expect(text).toContain(`PayController.pay() has @RequireVerification('${provider}')`);
    expect(text).toContain(
      `Provider "${provider}" is not configured. Set ${variable} or pass ${option} to VerificationModule.forRoot().`,
    );
  });

  it('verifyid needs no credential to check a login', async () => {
    await boots({
      controllers: [controllerWith(demand('verifyid', { claims: ['age_over_16'] }))],
      options: {},
    });
  });

  it('lists every mistake, each with its handler', async () => {
    @Controller('many')
    @UseGuards(VerificationGuard)
    class ManyController {
      @Post('a')
      @demand('acme')
      a(): void {
        return;
      }
      @Post('b')
      @demand('verifyid')
      b(): void {
        return;
      }
      @Post('c')
      @RequireVerification('checkify')
      c(): void {
        return;
      }
    }
    const text = await mistake({ controllers: [ManyController, UnguardedController] });
    expect(text.split('\n').map(line => line.split(' ')[0])).toEqual([
      'ManyController.a()',
      'ManyController.b()',
      'UnguardedController.pay()',
    ]);
  });
});

describe('a handler that no VerificationGuard covers stops the boot', () => {
  class SomeGuard implements CanActivate {
    canActivate(): boolean {
      return true;
    }
  }
  // The class looks like our guard, but nothing says that it delegates to ours.
  class VerificationGuardLookalike implements CanActivate {
    canActivate(): boolean {
      return true;
    }
  }

  it.each<[string, Set]>([
    ['without any guard', {}],
    ['with another global guard', { setUp: app => void app.useGlobalGuards(new SomeGuard()) }],
    ['with another APP_GUARD', { providers: [{ provide: APP_GUARD, useClass: VerificationGuardLookalike }] }],
    ['with globalGuard: false', { options: { globalGuard: false } }],
  ])('%s', async (_, set) => {
    const options = Object.assign(optionsFor(stub), set.options);
    const text = await mistake({ controllers: [UnguardedController], ...set, options });
    expect(text).toBe(
      `UnguardedController.pay() has @RequireVerification('checkify'), but no VerificationGuard covers it. Write @UseGuards(VerificationGuard) on the method or its class, or VerificationModule.forRoot({ globalGuard: true }). A guard of your own extends VerificationGuard, or says static covers = [VerificationGuard] if it delegates to it.`,
    );
  });

  it('with a guard on another method only', async () => {
    @Controller('half')
    class HalfController {
      @Get()
      @UseGuards(VerificationGuard)
      @RequireVerification('checkify')
      read(): void {
        return;
      }
      @Post()
      @RequireVerification('checkify')
      write(): void {
        return;
      }
    }
    const text = await mistake({ controllers: [HalfController] });
    expect(text).toContain('HalfController.write()');
    expect(text).not.toContain('HalfController.read()');
  });

  it('by a demand on the class alone, route by route', async () => {
    @Controller('whole')
    @RequireVerification('checkify')
    class WholeController {
      @Get()
      @UseGuards(VerificationGuard)
      guarded(): void {
        return;
      }
      @Post()
      open(): void {
        return;
      }
      helper(): void {
        return;
      }
    }
    const text = await mistake({ controllers: [WholeController] });
    expect(text).toContain('WholeController.open()');
    expect(text).not.toMatch(/guarded|helper/);
  });

  it('in a subclass whose own method lost the guard of the one it overrides', async () => {
    abstract class Parent {
      @Post()
      @UseGuards(VerificationGuard)
      @RequireVerification('checkify')
      pay(): void {
        return;
      }
    }
    @Controller('child')
    class ChildController extends Parent {
      @Post()
      override pay(): void {
        return;
      }
    }
    expect(await mistake({ controllers: [ChildController] })).toContain('ChildController.pay()');
  });

  it('where a constructor binds the method, and with it loses the guard on it', async () => {
    @Controller('bound')
    class BoundController {
      constructor() {
        this.pay = this.pay.bind(this);
      }
      @Post()
      @UseGuards(VerificationGuard)
      @RequireVerification('checkify')
      pay(): void {
        return;
      }
    }
    expect(await mistake({ controllers: [BoundController] })).toMatch(
      /BoundController\.pay\(\).*no VerificationGuard/,
    );
  });

  it('where a constructor hides the method behind a nameless function', async () => {
    @Controller('hidden')
    @UseGuards(VerificationGuard)
    class HiddenController {
      constructor() {
        const pay = this.pay.bind(this);
        this.pay = [
          () => {
            pay();
          },
        ][0]!;
      }
      @Post()
      @RequireVerification('checkify')
      pay(): void {
        return;
      }
    }
    expect(await mistake({ controllers: [HiddenController] })).toMatch(
      /HiddenController\.pay\(\).*hides it from guards/,
    );
  });

  it('where a mixin copies a constructor over that of a class with demands', async () => {
    class Mixin {
      mixed(): void {
        return;
      }
    }
    @Controller('mixed')
    @UseGuards(VerificationGuard)
    @RequireVerification('checkify')
    class MixedController {
      @Post()
      pay(): void {
        return;
      }
    }
    for (const name of Object.getOwnPropertyNames(Mixin.prototype)) {
      const descriptor = Object.getOwnPropertyDescriptor(Mixin.prototype, name)!;
      Object.defineProperty(MixedController.prototype, name, descriptor);
    }
    expect(await mistake({ controllers: [MixedController] })).toMatch(
      /MixedController\.pay\(\).*hides it from guards/,
    );
  });

  it.each(['without a guard', 'with a global guard only'])(
    'in a gateway or message handler, %s',
    async how => {
      @Injectable()
      class Gateway {
        @SetMetadata('websockets:message_mapping', true)
        @RequireVerification('checkify')
        onMessage(): void {
          return;
        }
      }
      const options = optionsFor(stub, { globalGuard: how !== 'without a guard' });
      const text = await mistake({ providers: [Gateway], options });
      expect(text).toContain('Gateway.onMessage()');
      expect(text).not.toContain('globalGuard: true');
    },
  );

  it('in a plain service, whose methods no guard ever sees', async () => {
    @Injectable()
    class Service {
      @RequireVerification('checkify')
      act(): void {
        return;
      }
    }
    expect(
      await mistake({ providers: [Service], options: optionsFor(stub, { globalGuard: true }) }),
    ).toContain('Service.act()');
  });

  it.each<[string, (target: Type) => Provider]>([
    ['a value', target => ({ provide: 'resolver', useValue: new target() as unknown })],
    ['what a factory made', target => ({ provide: 'resolver', useFactory: () => new target() as unknown })],
    ['another token', target => ({ provide: 'resolver', useClass: target })],
  ])('in a resolver that is provided as %s', async (_, provide) => {
    class Resolver {
      @SetMetadata('graphql:resolver_type', 'Mutation')
      @RequireVerification('checkify')
      mutate(): void {
        return;
      }
    }
    expect(await mistake({ providers: [provide(Resolver)] })).toContain('Resolver.mutate()');
  });
});

describe('a handler that is covered lets the application start', () => {
  class OwnGuard extends VerificationGuard {}

  @Controller('by-method')
  class ByMethodController {
    @Post()
    @UseGuards(VerificationGuard)
    @RequireVerification('checkify')
    pay(): string {
      return 'paid';
    }
  }

  @UseGuards(VerificationGuard)
  abstract class GuardedParent {}

  @Controller('by-parent')
  class ByParentController extends GuardedParent {
    @Post()
    @RequireVerification('checkify')
    pay(): string {
      return 'paid';
    }
  }

  class OtherGuard implements CanActivate {
    canActivate(): boolean {
      return true;
    }
  }

  @Controller('by-parent-and-own')
  @UseGuards(OtherGuard)
  class OwnGuardsController extends GuardedParent {
    @Post()
    @RequireVerification('checkify')
    pay(): string {
      return 'paid';
    }
  }

  @Controller('by-subclass')
  @UseGuards(OwnGuard)
  class BySubclassController {
    @Post()
    @RequireVerification('checkify')
    pay(): string {
      return 'paid';
    }
  }

  @Controller({ path: 'by-request', scope: Scope.REQUEST })
  @UseGuards(VerificationGuard)
  class ByRequestController {
    @Post()
    @RequireVerification('checkify')
    pay(): string {
      return 'paid';
    }
  }

  const CASES: readonly (readonly [string, string, Set])[] = [
    ['on the method', 'by-method', { controllers: [ByMethodController] }],
    ['on the class above', 'by-parent', { controllers: [ByParentController] }],
    [
      'on the class above, next to guards of its own',
      'by-parent-and-own',
      { controllers: [OwnGuardsController] },
    ],
    ['of a class that extends it', 'by-subclass', { controllers: [BySubclassController] }],
    ['of a controller per request', 'by-request', { controllers: [ByRequestController] }],
    ['with globalGuard', 'unguarded', { options: { globalGuard: true } }],
    ['with globalGuard from a factory', 'unguarded', { options: { globalGuard: true }, async: true }],
    ['as APP_GUARD', 'unguarded', { providers: [{ provide: APP_GUARD, useClass: VerificationGuard }] }],
    ['as APP_GUARD, extended', 'unguarded', { providers: [{ provide: APP_GUARD, useClass: OwnGuard }] }],
    [
      'as APP_GUARD, existing',
      'unguarded',
      { providers: [{ provide: APP_GUARD, useExisting: VerificationGuard }] },
    ],
    [
      'as APP_GUARD from a factory',
      'unguarded',
      {
        providers: [
          {
            provide: APP_GUARD,
            inject: [VerificationGuard],
            useFactory: (guard: VerificationGuard) => guard,
          },
        ],
      },
    ],
    [
      'as APP_GUARD per request',
      'unguarded',
      { providers: [{ provide: APP_GUARD, useClass: OwnGuard, scope: Scope.REQUEST }] },
    ],
    ['by useGlobalGuards', 'unguarded', { setUp: app => app.useGlobalGuards(app.get(VerificationGuard)) }],
  ];

  it.each(CASES)('%s, and asks', async (_, path, set) => {
    const controllers = set.controllers ?? [UnguardedController];
    const { app, url } = await start({
      ...set,
      controllers,
      options: Object.assign(optionsFor(stub), set.options),
    });
    try {
      const before = stub.seen.length;
      expect(await send(`${url}/${path}`, {})).toMatchObject({
        status: 403,
        body: { code: 'verification_required' },
      });
      expect(await send(`${url}/${path}`, { checkify_token: 'r1' })).toMatchObject({ status: 201 });
      expect(stub.seen.length - before).toBe(1);
    } finally {
      await app.close();
    }
  });

  it('with an instance on the class', async () => {
    const guards: VerificationGuard[] = [];
    class Later implements CanActivate {
      canActivate(): boolean {
        return true;
      }
    }
    // The instance exists only when the application does; it is put in place before routes are made.
    const instance = Object.create(VerificationGuard.prototype) as VerificationGuard;
    guards.push(instance);
    @Controller('by-instance')
    @UseGuards(new Later(), instance)
    class ByInstanceController {
      @Post()
      @RequireVerification('checkify')
      pay(): string {
        return 'paid';
      }
    }
    const { app, url } = await boot(
      'express',
      { imports: [VerificationModule.forRoot(optionsFor(stub))], controllers: [ByInstanceController] },
      made => {
        Object.assign(instance, made.get(VerificationGuard));
      },
    );
    try {
      expect(await send(`${url}/by-instance`, {})).toMatchObject({ status: 403 });
      expect(await send(`${url}/by-instance`, { checkify_token: 'r1' })).toMatchObject({ status: 201 });
    } finally {
      await app.close();
    }
  });
});

describe('@Verified()', () => {
  const human = RequireVerification('checkify');
  const owner = RequireVerification('engagelab');
  const either = RequireAnyVerification(['checkify'], ['humanproof']);
  const ownerOr = (other: 'checkify' | 'humanproof') => RequireAnyVerification(['engagelab'], [other]);

  function controllerOf(verified: ParameterDecorator, ...decorators: MethodDecorator[]): Type {
    @Controller()
    @UseGuards(VerificationGuard)
    class ShopController {
      @Post()
      @SetDecorators(decorators)
      pay(@verified _verdict: unknown): object {
        return {};
      }
    }
    return ShopController;
  }

  it.each<[string, ParameterDecorator, MethodDecorator[], RegExp]>([
    [
      'of a route that demands nothing',
      Verified(),
      [],
      /has @Verified\(\), but demands nothing. Write @Requ/,
    ],
    [
      'of another provider',
      Verified('humanproof'),
      [human],
      /@Verified\('humanproof'\), but demands 'checkify'\. N/,
    ],
    [
      'of one of two',
      Verified(),
      [human, owner],
      /but demands '\w+', '\w+'\. Say whose verdict: @Verified\('/,
    ],
    ['of one of three', Verified(), [either, owner], /but demands .*\. Say whose verdict/],
    [
      'of none in particular',
      Verified(),
      [either, ownerOr('checkify'), ownerOr('humanproof')],
      /Say whose verdict/,
    ],
  ])('%s stops the boot', async (_, verified, demands, message) => {
    const told = await mistake({ controllers: [controllerOf(verified, ...demands)] });
    expect(told).toMatch(message);
    expect(told).toMatch(/^ShopController\.pay\(\) has @Verified/);
  });

  it.each<[string, ParameterDecorator, MethodDecorator[]]>([
    ['the only verdict', Verified(), [human]],
    ['the only verdict of two demands on one provider', Verified(), [human, human]],
    ['one of several, by name', Verified('engagelab'), [human, owner]],
    ['an alternative that may not be taken', Verified('humanproof'), [either]],
    ['whichever alternative was taken', Verified(), [either]],
    ['what may be one answer to two demands', Verified(), [either, human]],
  ])('%s can be asked for', async (_, verified, demands) => {
    await boots({ controllers: [controllerOf(verified, ...demands)] });
  });

  it('is looked at in what a class inherits', async () => {
    @Controller()
    class ShopController extends controllerOf(Verified('humanproof'), human) {}
    expect(await mistake({ controllers: [ShopController] })).toMatch(
      /^ShopController\.pay\(\) has @Verified\('h/,
    );
  });
});

function SetDecorators(decorators: readonly MethodDecorator[]): MethodDecorator {
  return (target, name, descriptor) => {
    for (const decorate of decorators) decorate(target, name, descriptor);
  };
}

describe('a method that Nest calls without guards', () => {
  const RABBIT_HANDLER = Symbol('RABBIT_HANDLER');

  /** A service whose method another decorator than Nest's takes, such as `@OnEvent` or `@Cron`. */
  function serviceWith(...decorators: MethodDecorator[]): Type {
    class OrderService {
      ship(): void {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(OrderService.prototype, 'ship')!;
    for (const each of decorators) each(OrderService.prototype, 'ship', descriptor);
    Injectable()(OrderService);
    return OrderService;
  }
  const guarded = [UseGuards(VerificationGuard), RequireVerification('checkify')];

  it.each([
    ['an event', 'EVENT_LISTENER_METADATA'],
    ['a timetable', 'SCHEDULE_CRON_OPTIONS'],
    ['an interval', 'SCHEDULE_INTERVAL_OPTIONS'],
    ['a queue', 'bullmq:processor_metadata'],
    ['a command', '__commandHandler__'],
    ['nobody', 'anything'],
  ])('cannot demand anything: %s', async (_, key) => {
    const service = serviceWith(...guarded, SetMetadata(key, { event: 'paid' }));
    await expect(start({ providers: [service] })).rejects.toThrow(
      "OrderService.ship() has @RequireVerification('checkify'), but is no route, message or resolver",
    );
  });

  it('cannot demand anything by its class either', async () => {
    class OrderProcessor {
      process(): void {}
    }
    for (const each of [Injectable(), UseGuards(VerificationGuard), RequireVerification('checkify')])
      each(OrderProcessor);
    await expect(start({ providers: [OrderProcessor] })).rejects.toThrow(
      "OrderProcessor has @RequireVerification('checkify'), but no route, message or resolver",
    );
  });

  it.each([
    ['@RunsGuards() on the method', serviceWith(...guarded, RunsGuards() as MethodDecorator), {}],
    [
      'its metadata key in guardedHandlers',
      serviceWith(...guarded, SetMetadata(RABBIT_HANDLER, {})),
      { guardedHandlers: [RABBIT_HANDLER] },
    ],
  ])('may demand where a library runs guards: %s', async (_, service, more) => {
    const { app } = await start({ providers: [service], options: { ...optionsFor(stub), ...more } });
    await app.close();
  });

  it('needs the guard all the same', async () => {
    const service = serviceWith(RequireVerification('checkify'), RunsGuards());
    await expect(start({ providers: [service] })).rejects.toThrow('no VerificationGuard covers it');
  });
});
