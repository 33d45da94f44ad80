import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Injectable,
  UseGuards,
  UseInterceptors,
  Controller,
  Get,
  Module,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ExternalContextCreator, NestFactory, LazyModuleLoader } from '@nestjs/core';
import type { Observable } from 'rxjs';
import {
  RequireVerification,
  RunsGuards,
  Verified,
  VerificationException,
  VerificationGuard,
  VerificationModule,
  type CheckifyVerdict,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { asked, optionsFor, yes } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { module } from '../support/module.js';
import { reply, StubServer } from '../support/stub-server.js';

let ran = 0;

/** Lets handlers run when three invocations have passed their guards. */
class AllAtOnce implements NestInterceptor {
  private static readonly waiting: (() => void)[] = [];

  async intercept(_: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    await new Promise<void>(resolve => {
      AllAtOnce.waiting.push(resolve);
      if (AllAtOnce.waiting.length === 3) for (const release of AllAtOnce.waiting.splice(0)) release();
    });
    return next.handle();
  }
}

@Injectable()
@RunsGuards() // ExternalContextCreator runs them, as in libraries for other transports
@UseGuards(VerificationGuard)
class Handlers {
  @RequireVerification('checkify')
  usual(): string {
    ran++;
    return 'ran';
  }

  @RequireVerification('checkify', {
    evidence: (context: ExecutionContext) => {
      const message = context.getArgs<unknown[]>().find(each => typeof each === 'object' && each !== null);
      return { requestId: (message as { proof?: string } | undefined)?.proof ?? '' };
    },
  })
  own(): string {
    ran++;
    return 'ran';
  }

  @RequireVerification('checkify', { evidence: () => ({ requestId: 'r1' }) })
  verdict(@Verified() verified: CheckifyVerdict): string | undefined {
    ran++;
    return verified.requestId;
  }

  @UseInterceptors(AllAtOnce)
  @RequireVerification('checkify', { evidence: context => ({ requestId: String(context.getArgByIndex(1)) }) })
  shared(@Verified() verified: CheckifyVerdict): string | undefined {
    return verified.requestId;
  }
}

class RequestInContext extends VerificationGuard {
  protected override getRequest(context: ExecutionContext): unknown {
    return context.getArgByIndex<{ req: unknown } | undefined>(2)?.req;
  }
}

@Injectable()
@RunsGuards() // ExternalContextCreator runs them, as in libraries for other transports
@UseGuards(RequestInContext)
class CustomHandlers {
  @RequireVerification('checkify')
  act(): string {
    ran++;
    return 'ran';
  }
}

const message = { proof: 'r1', body: { checkify_token: 'r1' }, query: { checkify_request_id: 'r1' } };
const paramsFactory = { exchangeKeyForValue: () => undefined };

describe('an invocation that is not HTTP', () => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      providers: [Handlers, CustomHandlers],
    });
  });

  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  beforeEach(() => {
    ran = 0;
    stub.reset(yes);
  });

  const call = (host: object, method: string, type: string, ...args: unknown[]): Promise<unknown> => {
    const handler = (host as Record<string, (...args: unknown[]) => unknown>)[method]!;
    const invoke = running.app
      .get(ExternalContextCreator)
      .create(
        host,
        handler,
        method,
        '__routeArguments__',
        paramsFactory,
        undefined,
        undefined,
        undefined,
        type,
      );
    return (invoke as (...args: unknown[]) => Promise<unknown>)(...args);
  };
  const handlers = (): object => running.app.get(Handlers);

  it.each(['ws', 'rpc', 'graphql', 'telegraf', 'constructor', '__proto__'])(
    'is refused without evidence of its own: %j',
    async type => {
      for (const args of [[message, message], [message], [], ['text', 7], [null, undefined]]) {
        const refusal = await call(handlers(), 'usual', type, ...args).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(VerificationException);
        expect(refusal).toMatchObject({ code: 'verification_required' });
      }
      expect(ran).toBe(0);
      expect(stub.seen).toHaveLength(0);
    },
  );

  it.each(['ws', 'rpc', 'graphql', 'telegraf'])('runs with `evidence`, after a yes: %s', async type => {
    await expect(call(handlers(), 'own', type, message)).resolves.toBe('ran');
    expect(asked(stub.seen[0])['request_id']).toBe('r1');
    expect(ran).toBe(1);
  });

  it.each(['ws', 'rpc', 'graphql', 'telegraf'])('is refused after a no, or no evidence: %s', async type => {
    stub.reset(reply(404, CHECKIFY.error('result_not_found')));
    await expect(call(handlers(), 'own', type, message)).rejects.toMatchObject({
      code: 'verification_rejected',
    });
    await expect(call(handlers(), 'own', type, {})).rejects.toMatchObject({ code: 'verification_required' });
    expect(stub.seen).toHaveLength(1);
    expect(ran).toBe(0);
  });

  it.each(['http', 'ws', 'rpc', 'graphql', 'telegraf'])(
    'an outage with Retry-After needs no HTTP response: %s',
    async type => {
      stub.reset(reply(503, {}, { 'retry-after': '7' }));
      await expect(call(handlers(), 'own', type, message)).rejects.toMatchObject({
        code: 'verification_unavailable',
        retryAfterMs: 7000,
      });
      expect(ran).toBe(0);
    },
  );

  it.each([
    ['ws', ['client', message]],
    ['rpc', [message, {}]],
    ['graphql', [undefined, {}, {}, { fieldName: 'f' }]],
    ['graphql', [{ id: 'of a reference' }, {}, { fieldName: '_entities' }]],
    ['telegraf', [message]],
    ['telegraf', ['text', message]],
  ])('hands the verdict to the handler: %s', async (type, args) => {
    await expect(call(handlers(), 'verdict', type, ...args)).resolves.toBe('r1');
  });

  it('invocations that share an object never get the verdict of another', async () => {
    const ids = ['r1', 'r2', 'r3'];
    const results = await Promise.allSettled(
      ids.map(id => call(handlers(), 'shared', 'telegraf', message, id)),
    );
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') expect(result.value).toBe(ids[index]);
    }
    expect(stub.seen).toHaveLength(ids.length);
  });

  it('two invocations with one message are two questions, and one proof serves one of them', async () => {
    const shared = { ...message };
    await call(handlers(), 'own', 'graphql', shared);
    await call(handlers(), 'own', 'graphql', shared);
    expect(stub.seen).toHaveLength(2);
  });

  it('the resolver of a federation reference, which has no arguments, reads the request', async () => {
    const context = { req: { body: { checkify_token: 'r7' } }, checkify_token: 'of the server' };
    await expect(call(handlers(), 'usual', 'graphql', { checkify_token: 'r8' }, context, {})).resolves.toBe(
      'ran',
    );
    expect(asked(stub.seen[0])['request_id']).toBe('r7');
    await expect(
      call(handlers(), 'usual', 'graphql', { checkify_token: 'r8' }, { checkify_token: 'r8' }, {}),
    ).rejects.toMatchObject({ code: 'verification_required' });
  });

  it('a guard with its own getRequest reads the usual fields there', async () => {
    const host = running.app.get(CustomHandlers);
    const context = { req: { body: { checkify_token: 'r9' } } };
    await expect(call(host, 'act', 'graphql', undefined, {}, context, {})).resolves.toBe('ran');
    expect(asked(stub.seen[0])['request_id']).toBe('r9');
    for (const other of [undefined, { req: null }, { req: 'text' }, { req: { body: 'checkify_token=r9' } }]) {
      await expect(call(host, 'act', 'graphql', undefined, {}, other, {})).rejects.toMatchObject({
        code: 'verification_required',
      });
    }
    expect(ran).toBe(1);
  });
});

describe('an application without HTTP', () => {
  it('refuses an outage with Retry-After all the same', async () => {
    const stub = await StubServer.start();
    stub.reset(reply(429, {}, { 'retry-after': '3' }));
    const context = await NestFactory.createApplicationContext(
      module({ imports: [VerificationModule.forRoot(optionsFor(stub))], providers: [Handlers] }),
      { logger: false, abortOnError: false },
    );
    try {
      const host = context.get(Handlers);
      const invoke = context
        .get(ExternalContextCreator)
        // eslint-disable-next-line @typescript-eslint/unbound-method -- Nest binds it
        .create(host, host.own, 'own', undefined, undefined, undefined, undefined, undefined, 'http');
      await expect((invoke as (message: object) => Promise<unknown>)(message)).rejects.toMatchObject({
        code: 'verification_unavailable',
      });
    } finally {
      await context.close();
      await stub.stop();
    }
  });
});

@Controller('lazy')
class LazyController {
  @Get()
  @RequireVerification('checkify')
  read(): void {
    ran++;
  }
}

@Injectable()
@UseGuards(VerificationGuard)
class LazyHandlers {
  @RequireVerification('checkify', { evidence: context => context.getArgByIndex<{ requestId?: string }>(0) })
  act(): string {
    ran++;
    return 'ran';
  }

  @RequireVerification('humanproof', { evidence: context => context.getArgByIndex<{ token?: string }>(0) })
  unconfigured(): void {
    ran++;
  }
}

@Module({ controllers: [LazyController], providers: [LazyHandlers], exports: [LazyHandlers] })
class LazyModule {}

describe('a module that is loaded later, which no audit sees', () => {
  let stub: StubServer;
  let running: RunningApplication;
  let handlers: LazyHandlers;

  beforeAll(async () => {
    stub = await StubServer.start();
    stub.reset(yes);
    const { checkify } = optionsFor(stub).providers ?? {};
    running = await boot('express', {
      imports: [VerificationModule.forRoot({ providers: { checkify: checkify! } })],
    });
    const loaded = await running.app.get(LazyModuleLoader).load(() => LazyModule);
    handlers = loaded.get(LazyHandlers);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    ran = 0;
  });

  const call = (method: 'act' | 'unconfigured', message: object): Promise<unknown> => {
    const creator = running.app.get(ExternalContextCreator);
    const handler = (LazyHandlers.prototype as unknown as Record<string, () => unknown>)[method]!;
    const invoke = creator.create(
      handlers,
      handler,
      method,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'rpc',
    );
    return (invoke as (message: object) => Promise<unknown>)(message);
  };

  it('serves no route', async () => {
    expect((await send(`${running.url}/lazy?checkify_request_id=r1`)).status).toBe(404);
    expect(ran).toBe(0);
  });

  it('is held to its demands by the guard', async () => {
    await expect(call('act', {})).rejects.toMatchObject({ code: 'verification_required' });
    await expect(call('act', { requestId: 'r1' })).resolves.toBe('ran');
    expect(ran).toBe(1);
  });

  it('is refused what can never be met', async () => {
    await expect(call('unconfigured', { token: 't1' })).rejects.toMatchObject({
      code: 'verification_unavailable',
    });
    expect(ran).toBe(0);
    expect(running.logger.lines.join()).toContain('"humanproof" is not configured');
  });
});
