import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Post,
  Scope,
  SetMetadata,
  UseGuards,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import {
  RequireVerification,
  VerificationGuard,
  VerificationHttpService,
  VerificationModule,
  VerificationService,
  type ProviderName,
} from 'nestjs-verification';
import {
  attest,
  DeclaredEvidence,
  HttpProvider,
  inBody,
  VerificationProvider,
  type Answer,
  type Check,
  type WireRequest,
} from 'nestjs-verification/provider';
import axios from 'axios';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, PLATFORMS, send } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

const CLAIM = 'member_verified';
const demand = (requirement?: object, name = 'club'): MethodDecorator =>
  RequireVerification(name as ProviderName, requirement as never);
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

let answer: unknown;

interface AgeRequirement {
  readonly claims?: readonly string[];
  readonly minimum?: number;
}

/** A custom provider in JavaScript, whose answers no compiler checks. The person is 15. */
@Injectable()
class ClubService extends VerificationProvider<{ pass: string }, AgeRequirement> {
  readonly name = 'club';
  readonly evidence = new DeclaredEvidence<{ pass: string }>(
    { pass: { fields: inBody('pass'), alphabet: /[a-z]+/g } },
    [['pass']],
  );
  override readonly requirementMembers = ['minimum'];
  override readonly perRequest = ['minimum'];
  describe({ minimum = 0 }: AgeRequirement): Check & { minimum: number } {
    return { claims: [CLAIM], minimum };
  }
  async ask(check: Check): Promise<Answer> {
    if (answer !== undefined) return answer as Answer;
    return attest(15 >= (check as Check & { minimum: number }).minimum ? [CLAIM] : [], {});
  }
}

function routeWith(decorator: MethodDecorator): Type {
  @Controller('club')
  @UseGuards(VerificationGuard)
  class ClubController {
    @Post()
    enter(): string {
      return 'in';
    }
  }
  decorator(
    ClubController.prototype,
    'enter',
    Object.getOwnPropertyDescriptor(ClubController.prototype, 'enter')!,
  );
  return ClubController;
}

async function statusOf(decorator: MethodDecorator, body: object = { pass: 'p' }): Promise<number> {
  const { app, url } = await boot('express', {
    imports: [VerificationModule.forRoot({ customProviders: [ClubService] })],
    controllers: [routeWith(decorator)],
  });
  open.push(app);
  return (await send(`${url}/club`, body)).status;
}

describe('only an answer is an answer, whatever the code of a provider returns', () => {
  const good = { outcome: 'attested', claims: [CLAIM], extras: {}, validUntil: undefined };
  it.each<[string, unknown, number]>([
    ['an attestation', good, 201],
    ['another outcome', { ...good, outcome: 'pending' }, 503],
    ['no outcome', { claims: [CLAIM], extras: {} }, 503],
    ['an inherited outcome', Object.create(good), 503],
    ['claims in one text', { ...good, claims: `un${CLAIM}not` }, 503],
    ['an end that is no date', { ...good, validUntil: { getTime: () => Infinity } }, 503],
    ['an end among the extras', { ...good, extras: { validUntil: '2099' } }, 503],
    ['nothing', null, 503],
    ['true', true, 503],
    ['a documented no', { outcome: 'rejected', reason: 'expired', details: {} }, 403],
    ['a no for a reason that nobody knows', { outcome: 'rejected', reason: 'banned', details: {} }, 503],
    ['a no for an inherited reason', { outcome: 'rejected', reason: 'constructor', details: {} }, 503],
    ['a no without details', { outcome: 'rejected', reason: 'expired' }, 503],
  ])('%s', async (_, returned, status) => {
    answer = returned;
    expect(await statusOf(demand())).toBe(status);
  });
});

describe('a member that a request decides', () => {
  it.each<[string, () => unknown, number]>([
    ['keeps its type: too young', () => 18, 403],
    ['keeps its type: old enough', () => 15, 201],
    ['is refused where the request has no value', () => undefined, 503],
    ['is refused where the value is null', () => null, 503],
  ])('%s', async (_, minimum, status) => {
    answer = undefined;
    expect(await statusOf(demand({ minimum }))).toBe(status);
  });
});

it('an alphabet holds for the whole text, and for every request alike', async () => {
  answer = undefined;
  const { app, url } = await boot('express', {
    imports: [VerificationModule.forRoot({ customProviders: [ClubService] })],
    controllers: [routeWith(demand())],
  });
  open.push(app);
  const replies = [];
  for (const pass of ['abc', 'abc', 'abc', 'a/../b', 'a\nb'])
    replies.push((await send(`${url}/club`, { pass })).status);
  expect(replies).toEqual([201, 201, 201, 403, 403]);
});

it('a member that is not declared is in no evidence', () => {
  const evidence = new DeclaredEvidence<{ pass: string }>({ pass: {} }, [['pass', 'ghost' as 'pass']]);
  expect(evidence.admit({ pass: 'abc', ghost: 'abc' })).toBeUndefined();
});

describe('a request-scoped controller that wraps its own method', () => {
  const wrap = (name: string, original: () => string, { go }: { go: unknown }): (() => string) => {
    const wrapper = (): string => original();
    Object.defineProperty(wrapper, 'name', { value: name });
    const written = go as object;
    for (const key of Reflect.getMetadataKeys(written).filter(each => typeof each === 'string'))
      Reflect.defineMetadata(key, Reflect.getMetadata(key, written), wrapper);
    return wrapper;
  };

  it.each([
    ['go', 403],
    ['other', 503],
    ['wrapped', 503],
  ])('is refused without evidence, whatever the wrapper is called: %s', async (name, status) => {
    @Controller({ path: 'wrapped', scope: Scope.REQUEST })
    @UseGuards(VerificationGuard)
    class WrappedController {
      constructor() {
        this.go = wrap(name, this.go.bind(this), WrappedController.prototype);
      }
      @Post()
      @RequireVerification('checkify')
      go(): string {
        return 'in';
      }
      other(): void {}
    }
    const stub = await StubServer.start();
    open.push({ close: () => stub.stop() });
    const { app, url } = await boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [WrappedController],
    });
    open.push(app);
    expect((await send(`${url}/wrapped`, {})).status).toBe(status);
  });
});

it('a subclass may turn an inherited route off, and keeps the others', async () => {
  class BaseController {
    @Post('create')
    @RequireVerification('checkify')
    create(): string {
      return 'created';
    }
    @Get('list')
    list(): string {
      return 'all';
    }
  }
  @Controller('read')
  @UseGuards(VerificationGuard)
  class ReadOnlyController extends BaseController {
    override create(): string {
      throw new Error('off');
    }
  }
  const stub = await StubServer.start();
  open.push({ close: () => stub.stop() });
  const { app, url } = await boot('express', {
    imports: [VerificationModule.forRoot(optionsFor(stub))],
    controllers: [ReadOnlyController],
  });
  open.push(app);
  expect(await send(`${url}/read/list`)).toMatchObject({ status: 200, body: 'all' });
  expect((await send(`${url}/read/create`, {})).status).toBe(404);
});

it('a subclass that has an overridden route called otherwise does not boot', async () => {
  class BaseController {
    @Post('create')
    @RequireVerification('checkify')
    create(): string {
      return 'created';
    }
  }
  @Controller('read')
  @UseGuards(VerificationGuard)
  class ListeningController extends BaseController {
    @SetMetadata('EVENT_LISTENER_METADATA', { event: 'paid' })
    override create(): string {
      return 'created by an event';
    }
  }
  const booted = boot('express', {
    imports: [VerificationModule.forRoot()],
    controllers: [ListeningController],
  });
  await expect(booted).rejects.toThrow(/ListeningController\.create\(\).*is no route, message or resolver/);
});

it('pollution that lasts one request leaves nothing behind', async () => {
  const remember = { for: '5m' as const, subject: () => 'ada' };
  @Controller('shop')
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify')
  class ShopController {
    @Post()
    @RequireVerification('checkify', { claims: ['age_over_18'], remember })
    pay(): string {
      return 'paid';
    }
  }
  const stub = await StubServer.start();
  open.push({ close: () => stub.stop() });
  stub.reset(yes);
  const { app, url } = await boot('express', {
    imports: [VerificationModule.forRoot(optionsFor(stub))],
    controllers: [ShopController],
  });
  open.push(app);
  Object.defineProperty(Object.prototype, 'consume', { value: false, configurable: true, enumerable: false });
  try {
    await send(`${url}/shop`, { checkify_token: 'r1' });
  } finally {
    Reflect.deleteProperty(Object.prototype, 'consume');
  }
  await send(`${url}/shop`, { checkify_token: 'r2' });
  const bodies = stub.seen.map(({ body }) => JSON.parse(body) as { consume: boolean });
  expect(bodies.map(({ consume }) => consume)).toEqual(bodies.map(() => true));
  expect(bodies.length).toBeGreaterThan(0);
});

@Injectable()
class PathService extends HttpProvider<{ pass: string }> {
  readonly name = 'path';
  static baseUrl = '';
  readonly evidence = new DeclaredEvidence<{ pass: string }>({ pass: { fields: inBody('pass') } }, [
    ['pass'],
  ]);
  protected get endpoint() {
    return { baseUrl: PathService.baseUrl, http: { axios: {}, retries: 0 } };
  }
  describe(): Check {
    return { claims: [CLAIM] };
  }
  protected request(_: Check, { pass }: { pass: string }): WireRequest {
    return { method: 'GET', path: pass, headers: {}, repeatable: false };
  }
  protected read(): Answer {
    return attest([CLAIM], {});
  }
}

it('a path that is no path reaches nobody', async () => {
  const stub = await StubServer.start();
  open.push({ close: () => stub.stop() });
  stub.reset((_, response) => response.end('{}'));
  PathService.baseUrl = `${stub.url}/api`;
  const { app } = await boot('express', {
    imports: [VerificationModule.forRoot({ customProviders: [PathService] })],
  });
  open.push(app);
  const verify = (pass: string): Promise<unknown> =>
    app.get(VerificationService).verify('path' as ProviderName, { pass } as never);
  for (const pass of [`@${new URL(stub.url).host}/x`, 'check', '/../admin', '/a/%2E./b', '/a/..'])
    await expect(verify(pass)).rejects.toMatchObject({ code: 'configuration' });
  expect(paths(stub)).toEqual([]);
  await expect(verify('/check?to=/../x')).resolves.toMatchObject({ outcome: 'accepted' });
  expect(paths(stub)).toEqual(['/api/check?to=/../x']);
});

it('a consuming call is sent once, also by an adapter that an interceptor puts in', async () => {
  const stub = await StubServer.start();
  open.push({ close: () => stub.stop() });
  stub.reset((_, response) => response.socket?.destroy());
  const { app }: { app: INestApplication } = await boot('express', {
    imports: [VerificationModule.forRoot(optionsFor(stub, { http: { retries: 2, breaker: false } }))],
  });
  open.push(app);
  app.get(VerificationHttpService).axiosRef.interceptors.request.use(config => {
    config.adapter = axios.getAdapter('http');
    return config;
  });
  await expect(app.get(VerificationService).verify('humanproof', { token: 'h1' })).rejects.toMatchObject({
    code: 'provider_unavailable',
  });
  expect(stub.seen).toHaveLength(1);
});

it.each(PLATFORMS)(
  'a method that loses its guard with every request is refused, and told of: %s',
  async platform => {
    const stub = await StubServer.start();
    open.push({ close: () => stub.stop() });
    stub.reset(yes);
    let handled = 0;
    @Controller({ path: 'bound', scope: Scope.REQUEST })
    class BoundController {
      constructor() {
        this.pay = this.pay.bind(this);
        this.look = this.look.bind(this);
      }
      @Post()
      @UseGuards(VerificationGuard)
      @RequireVerification('humanproof')
      pay(): void {
        handled++;
      }
      @Get()
      look(): string {
        return 'prices';
      }
    }
    const { app, url, logger } = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [BoundController],
    });
    open.push(app);
    for (const body of [{}, { 'humanproof-token': 't' }])
      expect(await send(`${url}/bound`, body)).toMatchObject({ status: 503 });
    expect([handled, stub.seen.length]).toEqual([0, 0]);
    expect(await send(`${url}/bound`)).toMatchObject({ status: 200 });
    expect(logger.lines.join('\n')).toContain('BoundController binds a method in its constructor');
  },
);
