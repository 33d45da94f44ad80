import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Post,
  Scope,
  UseGuards,
  ValidationPipe,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  ConfigurationError,
  RequireAnyVerification,
  RequireVerification,
  SkipVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  Verified,
  type AcceptedVerdict,
  type CheckifyVerdict,
} from 'nestjs-verification';
import { asked, optionsFor, yes } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';

class FormDto {
  @IsString() name!: string;
}

let stub: StubServer;
let running: RunningApplication | undefined;
beforeAll(async () => {
  stub = await StubServer.start();
  stub.reset(yes);
});
afterEach(async () => {
  await running?.app.close();
  running = undefined;
});
afterAll(() => stub.stop());

async function start(controller: Type, more: Parameters<typeof optionsFor>[1] = {}): Promise<string> {
  running = await boot('express', {
    imports: [VerificationModule.forRoot(optionsFor(stub, more))],
    controllers: [controller],
  });
  return running.url;
}

function memberOf(context: ExecutionContext, name: string): unknown {
  return context.switchToHttp().getRequest<{ body: Record<string, unknown> }>().body[name];
}

const isLarge = (context: ExecutionContext): boolean => memberOf(context, 'amount') === 1000;

describe('when', () => {
  it('demands only where it holds, and the verdict is undefined elsewhere', async () => {
    @Controller('orders')
    @UseGuards(VerificationGuard)
    class OrderController {
      @Post()
      @RequireVerification('checkify', { when: isLarge })
      order(@Verified('checkify') named?: CheckifyVerdict, @Verified() any?: AcceptedVerdict): unknown {
        return { named: named?.provider ?? 'none', any: any?.provider ?? 'none' };
      }
    }
    const url = await start(OrderController);
    stub.reset(yes);
    const small = await send(`${url}/orders`, { amount: 1, checkify_token: 'r1' });
    expect(small).toMatchObject({ status: 201, body: { named: 'none', any: 'none' } });
    expect(stub.seen).toHaveLength(0);
    expect(await send(`${url}/orders`, { amount: 1000 })).toMatchObject({ status: 403 });
    const large = await send(`${url}/orders`, { amount: 1000, checkify_token: 'r1' });
    expect(large).toMatchObject({ status: 201, body: { named: 'checkify', any: 'checkify' } });
  });

  it.each<[string, () => unknown]>([
    [
      'a throw',
      () => {
        throw new Error('no session');
      },
    ],
    ['a rejected promise', () => Promise.reject(new Error('no database'))],
    ['undefined', () => undefined],
    ['0', () => 0],
    ['a text', () => 'false'],
    ['a promise of null', () => Promise.resolve(null)],
  ])('holds after %s, and the operator hears of it', async (_, when) => {
    @Controller('orders')
    @UseGuards(VerificationGuard)
    class OrderController {
      @Post()
      @RequireVerification('checkify', { when: when as () => boolean })
      order(): void {
        return;
      }
    }
    const url = await start(OrderController);
    expect(await send(`${url}/orders`, {})).toMatchObject({ status: 403 });
    expect(running?.logger.lines.join()).toContain('"when" of OrderController.order() gave no boolean');
  });

  it('is worked out before demands merge: a claim that does not hold is not asked for', async () => {
    @Controller('orders')
    @UseGuards(VerificationGuard)
    class OrderController {
      @Post()
      @RequireVerification('checkify', { claims: ['human_verified'] })
      @RequireVerification('checkify', { claims: ['age_over_18'], when: isLarge })
      order(): void {
        return;
      }
    }
    const url = await start(OrderController);
    const claims = async (amount: number) => {
      stub.reset(yes);
      expect(await send(`${url}/orders`, { amount, checkify_token: 'r1' })).toMatchObject({ status: 201 });
      expect(stub.seen).toHaveLength(1);
      return asked(stub.seen[0])['required_claims'];
    };
    expect(await claims(1)).toEqual(['human_verified']);
    expect(new Set((await claims(1000)) as string[])).toEqual(new Set(['human_verified', 'age_over_18']));
  });

  it('leaves the alternatives that hold', async () => {
    @Controller('orders')
    @UseGuards(VerificationGuard)
    class OrderController {
      @Post()
      @RequireAnyVerification(['checkify', { when: isLarge }], ['humanproof'])
      order(): void {
        return;
      }
    }
    const url = await start(OrderController);
    const status = async (body: object) => (await send(`${url}/orders`, body)).status;
    expect(await status({ amount: 1, checkify_token: 'r1' })).toBe(403);
    expect(await status({ amount: 1, 'humanproof-token': 't1' })).toBe(201);
    expect(await status({ amount: 1000, checkify_token: 'r1' })).toBe(201);
  });

  it.each<[string, object, string]>([
    ['when', { when: true as never }, '"when" of "checkify" must be a function'],
    ['evidence', { evidence: 'x-token' as never }, '"evidence" of "checkify" must be a function'],
    ['once', { once: 'false' as never }, '"once" of "checkify" must be true or false'],
    ['start', { start: 7 as never }, '"start" of "checkify" must be a text'],
  ])(
    'or another option of the route, "%s", stops the boot where its type is wrong',
    async (_, wrong, message) => {
      @Controller('orders')
      @UseGuards(VerificationGuard)
      class OrderController {
        @Post()
        @RequireVerification('checkify', wrong as never)
        order(): void {
          return;
        }
      }
      await expect(start(OrderController)).rejects.toThrow(message);
    },
  );
});

describe('@SkipVerification', () => {
  @Controller('shop')
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify')
  class ShopController {
    @Post('prices')
    @SkipVerification('the price list is public')
    prices(@Verified('checkify') verified?: CheckifyVerdict): string {
      return verified === undefined ? 'nobody' : 'somebody';
    }

    @Post('orders')
    order(): void {
      return;
    }

    @Post('own')
    @SkipVerification('humans suffice here')
    @RequireVerification('humanproof')
    own(@Body() _: unknown): void {
      return;
    }
  }

  it.each<[string, object, number]>([
    ['prices', {}, 201],
    ['orders', {}, 403],
    ['own', {}, 403],
    ['own', { checkify_token: 'r1' }, 403],
    ['own', { 'humanproof-token': 't1' }, 201],
  ])('lifts the demands of the class alone: %s with %j is %i', async (path, body, status) => {
    const url = await start(ShopController);
    expect(await send(`${url}/shop/${path}`, body)).toMatchObject({ status });
  });

  it('gives no verdict where it lifts the demand', async () => {
    const url = await start(ShopController);
    expect(await send(`${url}/shop/prices`, {})).toMatchObject({ body: 'nobody' });
  });

  it('lifts nothing that a subclass demands, nor anything for an override', async () => {
    @Controller('adults')
    @UseGuards(VerificationGuard)
    @RequireVerification('humanproof')
    class AdultController extends ShopController {
      @Post('orders')
      override order(): void {
        return;
      }
    }
    const url = await start(AdultController);
    expect(await send(`${url}/adults/prices`, {})).toMatchObject({ status: 403 });
    expect(await send(`${url}/adults/prices`, { 'humanproof-token': 't1' })).toMatchObject({ status: 201 });
    const both = { 'humanproof-token': 't1', checkify_token: 'r1' };
    expect(await send(`${url}/adults/orders`, { 'humanproof-token': 't1' })).toMatchObject({ status: 403 });
    expect(await send(`${url}/adults/orders`, both)).toMatchObject({ status: 201 });
  });

  it('is not inherited by a method that overrides an exempt one', async () => {
    @Controller('dear')
    @UseGuards(VerificationGuard)
    class DearController extends ShopController {
      @Post('prices')
      override prices(verified?: CheckifyVerdict): string {
        return super.prices(verified);
      }
    }
    const url = await start(DearController);
    expect(await send(`${url}/dear/prices`, {})).toMatchObject({ status: 403 });
    expect(await send(`${url}/dear/prices`, { checkify_token: 'r1' })).toMatchObject({ status: 201 });
    expect(running?.app.get(VerificationService).routes()).toContainEqual({
      handler: 'DearController.prices()',
      demands: [['checkify']],
    });
  });

  it.each(['one instance', 'an instance per request'])(
    'lifts the demands of a method that a constructor binds, and of no other: %s',
    async how => {
      @Controller({ path: 'bound', scope: how === 'one instance' ? Scope.DEFAULT : Scope.REQUEST })
      @UseGuards(VerificationGuard)
      @RequireVerification('checkify')
      class BoundController {
        constructor() {
          this.prices = this.prices.bind(this);
          this.order = this.order.bind(this);
        }

        @Post('prices')
        @SkipVerification('the price list is public')
        prices(@Verified('checkify') verified?: CheckifyVerdict): string {
          return verified === undefined ? 'nobody' : 'somebody';
        }

        @Post('orders')
        order(): void {
          return;
        }
      }
      const url = await start(BoundController);
      expect(await send(`${url}/bound/prices`, {})).toMatchObject({ status: 201 });
      expect(await send(`${url}/bound/orders`, {})).toMatchObject({ status: 403 });
      expect(await send(`${url}/bound/orders`, { checkify_token: 'r1' })).toMatchObject({ status: 201 });
    },
  );

  it('is listed at boot, with every protected route', async () => {
    await start(ShopController);
    expect(running?.app.get(VerificationService).routes()).toEqual([
      { handler: 'ShopController.order()', demands: [['checkify']] },
      { handler: 'ShopController.own()', demands: [['humanproof']], exemption: 'humans suffice here' },
      { handler: 'ShopController.prices()', demands: [], exemption: 'the price list is public' },
    ]);
    expect(running?.logger.routes).toEqual([
      'ShopController.order() checkify; ShopController.own() humanproof, exempt: "humans suffice here"; ShopController.prices() exempt: "the price list is public" [verification.routes] Verification',
    ]);
  });

  it.each([undefined, '', ' '])('needs a reason: %j', reason => {
    expect(() => SkipVerification(reason as string)).toThrow(ConfigurationError);
  });
});

describe("enforcement: 'observe'", () => {
  @Controller('orders')
  @UseGuards(VerificationGuard)
  class OrderController {
    @Post()
    @RequireVerification('checkify')
    order(@Verified('checkify') verified?: CheckifyVerdict): string {
      return verified === undefined ? 'nobody' : 'somebody';
    }
  }

  it.each<[string, object, Script, number, number]>([
    ['missing evidence', {}, yes, 0, 1],
    ['an accepted proof', { checkify_token: 'r1' }, yes, 1, 0],
    ['an outage', { checkify_token: 'r1' }, reply(500, {}), 1, 1],
  ])('asks and reports, and lets everybody through: %s', async (_, body, script, calls, told) => {
    const url = await start(OrderController, { enforcement: 'observe' });
    stub.reset(script);
    expect(await send(`${url}/orders`, body)).toMatchObject({ status: 201, body: 'nobody' });
    expect(stub.seen).toHaveLength(calls);
    stub.reset(yes);
    const observed = running?.logger.rejections.filter(line => line.includes('[verification.observed'));
    expect(observed).toHaveLength(told);
    expect(running?.logger.lines.join()).toContain(
      'nobody is refused, and @Verified() is undefined in OrderController.order()',
    );
  });

  it.each([
    ['a rejected proof', { name: 'ada', challenge_id: 'guessed', verify_code: '123456' }],
    ['incomplete evidence', { name: 'ada', verify_code: '123456' }],
    ['no evidence', { name: 'ada' }],
  ])('keeps evidence from a pipe that forbids unknown members: %s', async (_, body) => {
    @Controller('forms')
    @UseGuards(VerificationGuard)
    class FormController {
      @Post()
      @RequireVerification('engagelab')
      fill(@Body() form: FormDto): object {
        return form;
      }
    }
    running = await boot(
      'express',
      {
        imports: [VerificationModule.forRoot(optionsFor(stub, { enforcement: 'observe' }))],
        controllers: [FormController],
      },
      app => app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true })),
    );
    const { url, logger } = running;
    expect(await send(`${url}/forms`, body)).toMatchObject({ status: 201, body: { name: 'ada' } });
    expect(logger.rejections.join()).toContain('[verification.observed');
    const invalid = { ...body, name: 7 };
    expect(await send(`${url}/forms`, invalid)).toMatchObject({ status: 400 });
  });

  it('is the only other word', async () => {
    await expect(start(OrderController, { enforcement: 'off' as never })).rejects.toThrow('enforcement');
  });
});
