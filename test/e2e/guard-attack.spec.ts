import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  All,
  applyDecorators,
  Controller,
  Get,
  Injectable,
  Post,
  Scope,
  Sse,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { of, type Observable } from 'rxjs';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';
import { traceHandlers } from '../support/tracing.js';

type Method = (...args: unknown[]) => unknown;

let ran = 0;
const run = (): string => {
  ran++;
  return 'ran';
};

/** A nameless function around a handler. */
function nameless(original: Method): Method {
  return [
    function (this: unknown, ...args: unknown[]) {
      return original.apply(this, args);
    },
  ][0]!;
}

/** A decorator of the application that puts another function in the handler's place, and copies nothing. */
function Wrapped(): MethodDecorator {
  return (_target, _name, descriptor: PropertyDescriptor) => {
    descriptor.value = nameless(descriptor.value as Method);
  };
}

/** The same, with the metadata. */
function WrappedWithMetadata(): MethodDecorator {
  return (_target, _name, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as Method;
    descriptor.value = nameless(original);
    for (const key of Reflect.getMetadataKeys(original)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, original), descriptor.value as Method);
    }
  };
}

function descriptorOf(target: Type, name: string): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(target.prototype, name)!;
}

@Controller('plain')
@UseGuards(VerificationGuard)
class PlainController {
  @Get()
  @RequireVerification('checkify')
  read(): string {
    return run();
  }

  @Sse('events')
  @RequireVerification('checkify')
  events(): Observable<unknown> {
    run();
    return of({ data: 'secret' });
  }

  @All('all')
  @RequireVerification('checkify')
  all(): string {
    return run();
  }

  @Post(['one', 'two'])
  @RequireVerification('checkify')
  several(): string {
    return run();
  }

  @RequireVerification('checkify')
  @Post('demand-on-top')
  demandOnTop(): string {
    return run();
  }

  @applyDecorators(Post('composed'), RequireVerification('checkify'))
  composed(): string {
    return run();
  }

  @Post('wrapped-between')
  @Wrapped()
  @RequireVerification('checkify')
  wrappedBetween(): string {
    return run();
  }

  @Post('wrapped-below')
  @RequireVerification('checkify')
  @Wrapped()
  wrappedBelow(): string {
    return run();
  }

  @WrappedWithMetadata()
  @Post('wrapped-above')
  @RequireVerification('checkify')
  wrappedAbove(): string {
    return run();
  }

  @Post('open')
  open(): string {
    return 'open';
  }

  @Post('open-wrapped')
  @Wrapped()
  openWrapped(): string {
    return 'open';
  }
}

@Injectable()
class Passing implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}

@Controller('intercepted')
@UseInterceptors(Passing)
@UseGuards(VerificationGuard)
class InterceptedController {
  @Post()
  @RequireVerification('checkify')
  act(): string {
    return run();
  }
}

@Controller('bound')
@UseGuards(VerificationGuard)
class BoundController {
  constructor() {
    this.act = this.act.bind(this);
  }

  @Post()
  @RequireVerification('checkify')
  act(): string {
    return run();
  }
}

@Controller({ path: 'bound-per-request', scope: Scope.REQUEST })
@UseGuards(VerificationGuard)
class BoundPerRequestController {
  constructor() {
    this.act = this.act.bind(this);
  }

  @Post()
  @RequireVerification('checkify')
  act(): string {
    return run();
  }
}

// What cannot be told apart is refused: nothing says which method this function stands for.
@Controller({ path: 'nameless-per-request', scope: Scope.REQUEST })
@UseGuards(VerificationGuard)
class NamelessPerRequestController {
  constructor() {
    this.act = nameless(this.act.bind(this)) as () => string;
  }

  @Post()
  @RequireVerification('checkify')
  act(): string {
    return run();
  }
}

// One function under two names, a route by the first; only the second, a symbol, carries the demand.
class AliasedController {}
const aliased = { value: nameless(run), configurable: true, writable: true };
const hidden = Symbol('hidden');
Object.defineProperties(AliasedController.prototype, { open: aliased, [hidden]: aliased });
Post()(AliasedController.prototype, 'open', aliased);
RequireVerification('checkify')(AliasedController.prototype, hidden, aliased);
UseGuards(VerificationGuard)(AliasedController);
Controller('aliased')(AliasedController);

class Lender {
  @Post()
  @RequireVerification('checkify')
  act(): string {
    return run();
  }
}

// A handler of another class, as `applyMixins` of the TypeScript handbook copies it.
@Controller('borrowing')
@UseGuards(VerificationGuard)
class BorrowingController {}
Object.defineProperty(BorrowingController.prototype, 'act', descriptorOf(Lender, 'act'));

// That function copies `constructor` as well, so that guards take an instance for one of the other class.
class Audited {
  audit(): void {
    return;
  }
}
@Controller('mixed')
class MixedController {
  @Post()
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify')
  act(): string {
    return run();
  }
}
for (const name of Object.getOwnPropertyNames(Audited.prototype)) {
  Object.defineProperty(MixedController.prototype, name, descriptorOf(Audited, name));
}

function acting<B extends Type<object>>(Base: B): B {
  class Acting extends Base {
    @Post()
    @RequireVerification('checkify')
    act(): string {
      return run();
    }
  }
  return Acting;
}

@Controller('mixin')
@UseGuards(VerificationGuard)
class MixinController extends acting(class {}) {}

abstract class Parent {
  @RequireVerification('checkify')
  act(): string {
    return run();
  }
}

@Controller('overriding')
@UseGuards(VerificationGuard)
class OverridingController extends Parent {
  @Post()
  override act(): string {
    return run();
  }
}

@RequireVerification('checkify')
abstract class DemandingParent {}

@Controller('inheriting')
@UseGuards(VerificationGuard)
class InheritingController extends DemandingParent {
  @Post('wrapped')
  @Wrapped()
  wrapped(): string {
    return run();
  }

  @Post()
  act(): string {
    return run();
  }
}

const CONTROLLERS = [
  PlainController,
  InterceptedController,
  BoundController,
  BoundPerRequestController,
  NamelessPerRequestController,
  AliasedController,
  BorrowingController,
  MixedController,
  MixinController,
  OverridingController,
  InheritingController,
];

const ROUTES: readonly (readonly [string, string])[] = [
  ['GET', 'plain'],
  ['HEAD', 'plain'],
  ['GET', 'plain/events'],
  ['POST', 'plain/all'],
  ['DELETE', 'plain/all'],
  ['PUT', 'plain/all'],
  ['POST', 'plain/two'],
  ['POST', 'plain/demand-on-top'],
  ['POST', 'plain/composed'],
  ['POST', 'plain/wrapped-between'],
  ['POST', 'plain/wrapped-below'],
  ['POST', 'plain/wrapped-above'],
  ['POST', 'intercepted'],
  ['POST', 'bound'],
  ['POST', 'bound-per-request'],
  ['POST', 'aliased'],
  ['POST', 'borrowing'],
  ['POST', 'mixed'],
  ['POST', 'mixin'],
  ['POST', 'overriding'],
  ['POST', 'inheriting'],
  ['POST', 'inheriting/wrapped'],
];

describe.each([
  ['called directly', false],
  ['called through a tracing tool', true],
] as const)('handlers %s', (_, traced) => {
  describe.each(PLATFORMS)('%s', platform => {
    let stub: StubServer;
    let running: RunningApplication;
    let stopTracing = (): void => undefined;

    beforeAll(async () => {
      stub = await StubServer.start();
      if (traced) stopTracing = traceHandlers();
      running = await boot(platform, {
        imports: [VerificationModule.forRoot(optionsFor(stub))],
        controllers: CONTROLLERS,
      });
    });

    afterAll(async () => {
      stopTracing();
      await running.app.close();
      await stub.stop();
    });

    beforeEach(() => {
      ran = 0;
      stub.reset(yes);
    });

    const inUrl = (method: string): boolean => method === 'GET' || method === 'HEAD';
    const made = ROUTES.filter(([method]) => method !== 'HEAD'); // which spends nothing

    it.each(ROUTES)('never run %s /%s without evidence', async (method, path) => {
      const { status } = await send(`${running.url}/${path}`, inUrl(method) ? undefined : {}, method);
      expect(ran).toBe(0);
      expect(status).toBe(403);
      expect(stub.seen).toHaveLength(0);
    });

    it.each(made)('run %s /%s once, with a proof that is spent once', async (method, path) => {
      const url = `${running.url}/${path}`;
      const { status } = inUrl(method)
        ? await send(`${url}?checkify_request_id=r1`, undefined, method)
        : await send(url, { checkify_token: 'r1' }, method);
      expect(status).toBeLessThan(300);
      expect(ran).toBe(1);
      expect(stub.seen).toHaveLength(1);
    });

    it('refuse where nothing tells which method is called, and say so in the log', async () => {
      const { status, body } = await send(`${running.url}/nameless-per-request`, { checkify_token: 'r1' });
      expect(ran).toBe(0);
      expect({ status, body }).toMatchObject({ status: 503, body: { code: 'verification_unavailable' } });
      expect(stub.seen).toHaveLength(0);
      expect(running.logger.lines.join('\n')).toContain('NamelessPerRequestController');
    });

    it.each(['open', 'open-wrapped'])('without demands stay open, next to others: /plain/%s', async path => {
      expect(await send(`${running.url}/plain/${path}`, {})).toMatchObject({ status: 201, body: 'open' });
    });
  });
});
