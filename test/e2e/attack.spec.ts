import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Post,
  StandardSchemaValidationPipe,
  UnauthorizedException,
  UseGuards,
  ValidationPipe,
  type CanActivate,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { Expose } from 'class-transformer';
import { IsString } from 'class-validator';
import {
  CheckifyService,
  RequireAnyVerification,
  RequireVerification,
  SkipVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  type ProviderName,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import {
  attest,
  DeclaredEvidence,
  HttpProvider,
  inBody,
  reject,
  VerificationProvider,
  type Answer,
  type Check,
  type WireRequest,
} from 'nestjs-verification/provider';
import { CircuitBreaker } from '../../lib/src/http/breaker.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { FaultyServer } from '../contract/faulty-server.js';
import { optionsFor, yes } from '../support/answering.js';
import { boot, type RunningApplication } from '../support/application.js';
import { startServices } from '../support/services.js';
import { reply, StubServer } from '../support/stub-server.js';
import { traceHandlers } from '../support/tracing.js';

let stub: StubServer;
let running: RunningApplication | undefined;
let stopTracing: (() => void) | undefined;
beforeAll(async () => {
  stub = await StubServer.start();
});
afterEach(async () => {
  stopTracing?.();
  stopTracing = undefined;
  await running?.app.close();
  running = undefined;
});
afterAll(() => stub.stop());

async function start(
  controller: Type,
  options: VerificationModuleOptions = {},
  setUp?: Parameters<typeof boot>[2],
): Promise<void> {
  stub.reset(yes);
  const metadata = {
    imports: [VerificationModule.forRoot({ ...optionsFor(stub), ...options })],
    controllers: [controller],
  };
  running = await boot('express', metadata, setUp);
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${running?.url ?? ''}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}

const tenantOf = (context?: ExecutionContext): string => {
  const tenant = context?.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers[
    'x-tenant'
  ];
  if (tenant === undefined) throw new Error('no tenant: secret-of-the-directory');
  return tenant;
};
const contextOf = (tenant: string): ExecutionContext =>
  ({ switchToHttp: () => ({ getRequest: () => ({ headers: { 'x-tenant': tenant } }) }) }) as never;
const down = (): never => {
  throw new Error('down: secret-of-the-directory');
};

describe('a condition that fails', () => {
  @Controller()
  @UseGuards(VerificationGuard)
  class OrderController {
    @Post('order')
    @RequireAnyVerification(['checkify', { claims: ['age_over_18'] }], ['humanproof', { when: () => down() }])
    order(): object {
      return {};
    }
  }

  it('makes no demand easier to meet: the alternative that surely holds is the only one', async () => {
    await start(OrderController);
    expect(await post('order', { 'humanproof-token': 't' })).toBe(403);
    expect(await post('order', { checkify_token: 'r' })).toBe(201);
  });
});

class ShopService extends HttpProvider<{ pass: string }> {
  readonly name = 'shop';
  readonly evidence = new DeclaredEvidence<{ pass: string }>({ pass: { fields: inBody('pass') } }, [
    ['pass'],
  ]);
  protected get endpoint() {
    return { baseUrl: stub.url };
  }
  protected override get credentials() {
    return { key: (context?: ExecutionContext) => `key-${tenantOf(context)}` };
  }
  describe(): Check {
    return { claims: ['member'] };
  }
  protected request(_: Check, { pass }: { pass: string }): WireRequest {
    return { method: 'GET', path: `/${encodeURIComponent(pass)}`, headers: {}, repeatable: false };
  }
  protected read(): Answer {
    return attest(['member'], {});
  }
}

describe('tenants', () => {
  @Controller()
  @UseGuards(VerificationGuard)
  class ShopController {
    @Post('member')
    @RequireVerification(
      'shop' as ProviderName,
      { claims: ['member'], remember: { for: '1h', subject: () => 'anna' } } as never,
    )
    member(): object {
      return {};
    }
  }

  @Controller()
  @UseGuards(VerificationGuard)
  class OnceController {
    @Post('vote')
    @RequireVerification('humanproof', { once: true })
    vote(): object {
      return {};
    }

    @Post('adult')
    @RequireVerification('checkify', { remember: { for: '1h', subject: () => 'anna' } })
    adult(): object {
      return {};
    }
  }

  it('need a scope that is a function, with a provider of the application’s own as well', async () => {
    const customProviders = [ShopService];
    await expect(start(ShopController, { customProviders, scope: 'all' })).rejects.toThrow(
      'Make "scope" a function, too',
    );
    await start(ShopController, { customProviders, scope: tenantOf });
    stub.reset(reply(200, {}));
    expect(await post('member', { pass: 'p' }, { 'x-tenant': 'a' })).toBe(201);
    expect(await post('member', {}, { 'x-tenant': 'a' })).toBe(201);
    expect(await post('member', {}, { 'x-tenant': 'b' })).toBe(403);
  });

  it.each([
    ['vote', { 'humanproof-token': 't' }],
    ['adult', { checkify_token: 'r' }],
  ])('spend no proof where their scope fails, and its words reach nobody: %s', async (path, body) => {
    await start(OnceController, { scope: down });
    expect(await post(path, body)).toBe(503);
    expect(stub.seen).toEqual([]);
    const lines = running?.logger.lines.join('\n');
    expect(lines).toContain('"scope" failed [verification.misconfigured');
    expect(lines).not.toContain('secret-of-the-directory');
  });

  it('have one scope per request, however often it is asked for', async () => {
    let count = 0;
    await start(OnceController, { scope: () => `tenant-${String(count++)}` });
    expect(await post('adult', { checkify_token: 'r' })).toBe(201);
    expect(await post('vote', { 'humanproof-token': 't' })).toBe(201);
    expect(count).toBe(2);
  });

  it('forget people although one provider has no account for them', async () => {
    await start(OnceController, {
      providers: {
        checkify: { apiKey: context => `csk_${tenantOf(context)}`, baseUrl: stub.url },
        humanproof: { secret: down, baseUrl: stub.url },
      },
    });
    const tenant = { 'x-tenant': 'a' };
    expect(await post('adult', { checkify_token: 'r' }, tenant)).toBe(201);
    const forgetting = running?.app.get(VerificationService).forget('anna', { context: contextOf('a') });
    await expect(forgetting).rejects.toThrow('"providers.humanproof.secret" failed');
    expect(await post('adult', {}, tenant)).toBe(403);
  });

  it('can ask how far a session is', async () => {
    await start(OnceController, {
      providers: {
        checkify: { apiKey: context => `csk_${tenantOf(context)}`, baseUrl: stub.url },
        humanproof: { secret: 'hp', baseUrl: stub.url },
      },
    });
    stub.reset(reply(200, { status: 'pending' }));
    const checkify = running?.app.get(CheckifyService);
    expect(await checkify?.sessionStatus({ pollToken: 'p' }, { context: contextOf('a') })).toBe('pending');
  });
});

interface Ticket {
  readonly [member: string]: string | undefined;
  readonly pass: string;
  readonly holder?: string | undefined;
}

/** A provider whose tickets are all Anna's. A route may demand another holder. */
class TicketService extends VerificationProvider<Ticket> {
  readonly name = 'ticket';
  readonly evidence = new DeclaredEvidence<Ticket>({ pass: { fields: inBody('pass') }, holder: {} }, [
    ['pass', 'holder'],
    ['pass'],
  ]);
  describe(): Check {
    return { claims: ['member'] };
  }
  ask(_: Check, { holder = 'anna' }: Ticket): Promise<Answer> {
    return Promise.resolve(holder === 'anna' ? attest(['member'], {}) : reject('not_verified'));
  }
}

describe('evidence that a function brings', () => {
  const heldOf = (context: ExecutionContext): Ticket => {
    const { headers, body } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string>; body: { pass: string } }>();
    return { pass: body.pass, holder: headers['x-account'] };
  };
  const any = () => RequireVerification('ticket', {});
  const held = () => RequireVerification('ticket', { evidence: heldOf as never });

  @Controller()
  @UseGuards(VerificationGuard)
  class GateController {
    @Post('any-held')
    @any()
    @held()
    anyHeld(): object {
      return {};
    }

    @Post('held-any')
    @held()
    @any()
    heldAny(): object {
      return {};
    }
  }

  it.each(['any-held', 'held-any'])('counts with every member, beside a demand of fewer: %s', async path => {
    await start(GateController, { customProviders: [TicketService] });
    expect(await post(path, { pass: 'p' }, { 'x-account': 'eve' })).toBe(403);
    expect(await post(path, { pass: 'p' }, { 'x-account': 'anna' })).toBe(201);
  });
});

class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    throw new UnauthorizedException();
  }
}

describe('an exempt method', () => {
  @Controller('public')
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify')
  class PublicController {
    @Post('prices')
    @SkipVerification('the price list is public')
    prices(): object {
      return {};
    }

    @Post('orders')
    order(): object {
      return {};
    }
  }

  @Controller('bound')
  class BoundController extends PublicController {
    constructor() {
      super();
      this.prices = this.prices.bind(this);
    }
  }

  it('stays exempt while a tracing tool calls its handlers', async () => {
    stopTracing = traceHandlers();
    await start(PublicController);
    expect(await post('public/prices', {})).toBe(201);
    expect(await post('public/orders', {})).toBe(403);
  });

  it('stays exempt where a constructor binds it', async () => {
    await start(BoundController);
    expect(await post('bound/prices', {})).toBe(201);
    expect(await post('bound/orders', {})).toBe(403);
  });

  it('exempts no sibling that a wrapper calls by its name', async () => {
    @Controller('swapped')
    @UseGuards(VerificationGuard)
    @RequireVerification('checkify')
    class SwappedController {
      constructor() {
        const prices = (): object => ({});
        this.orders = prices;
      }

      @Post('prices')
      @SkipVerification('the price list is public')
      prices(): object {
        return {};
      }

      @Post('orders')
      orders(): object {
        return {};
      }
    }
    await start(SwappedController);
    expect(await post('swapped/orders', {})).toBe(403);
    expect(await post('swapped/prices', {})).toBe(201);
  });
});

describe('the guard', () => {
  it('runs after the guards of the method while a tracing tool calls its handlers', async () => {
    @Controller()
    class AccountController {
      @Post('account')
      @UseGuards(RefusingGuard)
      @RequireVerification('checkify')
      account(): object {
        return {};
      }

      @Post('open')
      @RequireVerification('checkify')
      open(): object {
        return {};
      }
    }
    stopTracing = traceHandlers();
    await start(AccountController, { globalGuard: true });
    expect(await post('account', { checkify_token: 'r' })).toBe(401);
    expect(stub.seen).toEqual([]);
    expect(await post('open', {})).toBe(403);
    expect(await post('open', { checkify_token: 'r' })).toBe(201);
  });
});

/** A union: the form of members names its proof, and the form of guests forbids further fields. */
const UNION = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (form: Readonly<Record<string, unknown>>) => {
      const names = form['kind'] === 'member' ? ['kind', 'checkify_token'] : ['kind'];
      const wrong = [...Object.keys(form), ...names].filter(
        name => !names.includes(name) || !Object.hasOwn(form, name),
      );
      return wrong.length === 0 ? { value: form } : { issues: wrong.map(message => ({ message })) };
    },
  },
};

describe('a form', () => {
  class RenamingForm {
    @Expose({ name: 'checkify_token' })
    @IsString()
    readonly proof!: string;
  }

  @Controller()
  @UseGuards(VerificationGuard)
  class FormController {
    @Post('renaming')
    @RequireVerification('checkify')
    renaming(@Body() { proof }: RenamingForm): object {
      return { proof };
    }

    @Post('union')
    @RequireVerification('checkify')
    union(@Body({ schema: UNION as never }) _form: unknown): object {
      return {};
    }

    @Post('off')
    @RequireVerification('checkify', { validateFirst: false })
    off(@Body({ schema: UNION as never }) _form: unknown): object {
      return {};
    }
  }

  it('may take the evidence under another name', async () => {
    const pipe = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
    await start(FormController, {}, app => app.useGlobalPipes(pipe));
    expect(await post('renaming', { checkify_token: 'r' })).toBe(201);
    expect(await post('renaming', { checkify_token: 'r', admin: true })).toBe(400);
  });

  it.each(['union', 'off'])(
    'may be strict although its pipe runs after the proof is spent: %s',
    async path => {
      const own = { transform: (value: unknown) => value };
      await start(FormController, {}, app => app.useGlobalPipes(own, new StandardSchemaValidationPipe()));
      expect(await post(path, { kind: 'guest', checkify_token: 'r' })).toBe(201);
    },
  );

  it.each([[['guest', 'member']], [['member', 'guest']]])(
    'may name the evidence in one case and forbid it in another, whoever comes first: %j',
    async kinds => {
      await start(FormController, {}, app => app.useGlobalPipes(new StandardSchemaValidationPipe()));
      for (const kind of kinds) expect(await post('union', { kind, checkify_token: 'r' })).toBe(201);
    },
  );
});

describe('at the door', () => {
  it('an interim answer before `100 Continue` costs no proof', async () => {
    const server = await FaultyServer.start();
    const services = await startServices(server.url, { http: { retries: 0, timeoutMs: 1000 } });
    const text = JSON.stringify(HUMANPROOF.yes);
    server.play = socket =>
      socket.write(
        `HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: ${String(text.length)}\r\n\r\n${text}`,
      );
    try {
      for (const token of ['t1', 't2'])
        expect(await services.humanproof.verify({ token })).toMatchObject({ outcome: 'accepted' });
    } finally {
      await services.module.close();
      await server.stop();
    }
  });

  it('the breaker learns that failures are one visitor’s, and forgets it when they stop', () => {
    let now = 0;
    const settings = { failures: 2, coolDownMs: 500 };
    const breaker = new CircuitBreaker(
      settings,
      () => undefined,
      () => now,
    );
    const failuresToOpen = (): number => {
      let count = 0;
      for (; breaker.standing === 'closed'; count++) breaker.record(true, `odd-${String(count)}`);
      return count;
    };
    const counts = [1, 2, 3, 4].map(() => {
      const count = failuresToOpen();
      breaker.record(false, 'good'); // a probe
      return count;
    });
    expect(counts).toEqual([2, 8, 32, 32]);
    now += 501;
    breaker.record(false, 'good');
    expect(failuresToOpen()).toBe(2);
  });
});

it('a proof that came as the name of a field reaches no log', async () => {
  @Controller()
  @UseGuards(VerificationGuard)
  class PayController {
    @Post('pay')
    @RequireVerification('checkify')
    pay(): object {
      return {};
    }
  }
  await start(PayController, { debug: true });
  await fetch(`${running?.url ?? ''}/pay?live-proof`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'other-live-proof',
  });
  const lines = running?.logger.rejections.join('\n');
  expect(lines).toContain('[verification.refused');
  expect(lines).not.toContain('live-proof');
});
