import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  ConflictException,
  Controller,
  HttpStatus,
  Injectable,
  Post,
  Scope,
  UseGuards,
  UsePipes,
  ValidationPipe,
  type INestApplication,
  type PipeTransform,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { Type } from 'class-transformer';
import { IsEmail, IsInt, IsOptional, IsString, MinLength, ValidateNested } from 'class-validator';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

class AddressDto {
  @IsString() @MinLength(2) city!: string;
}

class OrderDto {
  @IsEmail() email!: string;
  @IsInt({ groups: ['strict'] }) @IsOptional({ groups: ['strict'] }) count?: number;
  @IsOptional() @ValidateNested() @Type(() => AddressDto) address?: AddressDto;
}

class NamedDto {
  @IsEmail() email!: string;
  @IsString() checkify_token!: string;
}

@Injectable()
class TrimPipe implements PipeTransform {
  transform(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? each.trim() : each]),
    );
  }
}

/** A pipe that changes its argument, as one may that is called once. */
@Injectable()
class CentsPipe implements PipeTransform {
  transform(value: { count: number; address?: { city: string }; checkify_token?: string }): unknown {
    value.count *= 100;
    if (value.address !== undefined) value.address.city += '!';
    delete value.checkify_token;
    return value;
  }
}

function describeBody(body: object): object {
  return { members: Object.keys(body), of: body.constructor.name, body };
}

@Controller()
@UseGuards(VerificationGuard)
class OrderController {
  @Post('orders')
  @RequireVerification('checkify', { body: OrderDto })
  order(@Body() form: OrderDto): unknown {
    return describeBody(form);
  }

  @Post('named')
  @RequireVerification('checkify', { body: NamedDto })
  named(@Body() form: NamedDto): unknown {
    return describeBody(form);
  }

  @Post('both')
  @RequireVerification('checkify', { body: OrderDto })
  @RequireVerification('humanproof', { body: OrderDto })
  both(@Body() form: OrderDto): unknown {
    return describeBody(form);
  }

  @Post('strict')
  @UsePipes(new ValidationPipe({ groups: ['strict'] }))
  @RequireVerification('checkify', { body: OrderDto })
  strict(@Body() form: OrderDto): unknown {
    return describeBody(form);
  }

  @Post('trimmed')
  @UsePipes(TrimPipe)
  @RequireVerification('checkify', { body: OrderDto })
  trimmed(@Body(ValidationPipe) form: OrderDto): unknown {
    return describeBody(form);
  }

  @Post('cents')
  @UsePipes(CentsPipe)
  @RequireVerification('checkify', { body: OrderDto })
  cents(@Body() form: OrderDto): unknown {
    return describeBody(form);
  }

  @Post('unguarded')
  plain(@Body() form: OrderDto): unknown {
    return describeBody(form);
  }
}

const GOOD = { email: 'ada@example.com', checkify_token: 'r1' };
const BOTH = { ...GOOD, 'humanproof-token': 't1' };

const REFUSE = { whitelist: true, forbidNonWhitelisted: true };
const PIPES: Record<string, ValidationPipeOptions> = {
  'the default pipe': {},
  transform: { transform: true },
  whitelist: { whitelist: true, transform: true },
  forbidNonWhitelisted: { ...REFUSE, transform: true },
  'another status': { errorHttpStatusCode: HttpStatus.UNPROCESSABLE_ENTITY },
  'no messages': { disableErrorMessages: true },
  'a custom exceptionFactory': {
    exceptionFactory: errors => new ConflictException(errors.map(e => e.property)),
  },
};

describe.each(PLATFORMS)('%s', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterAll(() => stub.stop());
  beforeEach(() => {
    stub.reset(yes);
  });

  const open = (
    setUp?: (app: INestApplication) => void,
    validation?: ValidationPipeOptions,
  ): Promise<RunningApplication> =>
    boot(
      platform,
      {
        imports: [VerificationModule.forRoot(optionsFor(stub, validation && { validation }))],
        controllers: [OrderController],
      },
      setUp,
    );
  const withPipe =
    (options?: ValidationPipeOptions) =>
    (app: INestApplication): void => {
      app.useGlobalPipes(new ValidationPipe(options));
    };

  describe.each(Object.entries(PIPES))('under %s', (_, options) => {
    beforeAll(async () => {
      running = await open(withPipe(options));
    });
    afterAll(() => running.app.close());

    it.each([
      ['a bad e-mail', { ...GOOD, email: 'ada@' }],
      ['a missing member', { checkify_token: 'r1' }],
      ['a bad nested member', { ...GOOD, address: { city: 'x' } }],
    ])('%s gets what the application’s own pipe says, and spends nothing', async (_case, form) => {
      const plain = Object.fromEntries(Object.entries(form).filter(([name]) => !/token/.test(name)));
      const expected = await send(`${running.url}/unguarded`, plain);
      expect(expected.status).toBeGreaterThanOrEqual(400);
      const answer = await send(`${running.url}/orders`, form);
      expect(answer).toMatchObject({ status: expected.status, body: expected.body });
      expect(stub.seen).toHaveLength(0);
    });

    it('a form without evidence is told nothing about the form', async () => {
      const answer = await send(`${running.url}/orders`, { email: 'ada@' });
      expect(answer).toMatchObject({ status: 403, body: { code: 'verification_required' } });
    });

    it('the handler gets what its own pipe makes of a good form', async () => {
      const { status, body } = await send(`${running.url}/orders`, { ...GOOD, address: { city: 'Aarhus' } });
      expect(status).toBe(201);
      expect(body).toMatchObject({
        of: options.transform === true ? 'OrderDto' : 'Object',
        body: { email: 'ada@example.com', address: { city: 'Aarhus' } },
      });
      expect(stub.seen).toHaveLength(1);
    });
  });

  describe('with an application of its own', () => {
    afterEach(() => running.app.close());
    const start = async (...options: Parameters<typeof open>): Promise<void> => {
      running = await open(...options);
    };

    it('evidence that the form’s class names stays in it', async () => {
      await start(withPipe({ ...REFUSE, transform: true }));
      const { body } = await send(`${running.url}/named`, { email: 'ada@example.com', checkify_token: 'r1' });
      expect(body).toMatchObject({ members: ['email', 'checkify_token'] });
    });

    it('evidence stays in the body where nothing forbids it', async () => {
      await start(withPipe());
      const { body } = await send(`${running.url}/orders`, BOTH);
      expect(body).toMatchObject({ members: ['email', 'checkify_token', 'humanproof-token'] });
    });

    it('forbidNonWhitelisted still refuses what is neither form nor evidence, and spends nothing', async () => {
      await start(withPipe(REFUSE));
      const answer = await send(`${running.url}/orders`, { ...GOOD, admin: true });
      expect(answer).toMatchObject({ status: 400, body: { message: ['property admin should not exist'] } });
      // Evidence of a provider that this route does not ask is no evidence here.
      expect((await send(`${running.url}/orders`, BOTH)).status).toBe(400);
      expect(stub.seen).toHaveLength(0);
      expect((await send(`${running.url}/both`, BOTH)).status).toBe(201);
    });

    it('options given to the module win over the application’s pipes', async () => {
      await start(withPipe(), { errorHttpStatusCode: HttpStatus.I_AM_A_TEAPOT });
      expect((await send(`${running.url}/orders`, { ...GOOD, email: '' })).status).toBe(418);
      expect(stub.seen).toHaveLength(0);
    });

    it('evidence does not trip a pipe that forbids it only after the proof is spent', async () => {
      await start(withPipe(REFUSE), {});
      expect((await send(`${running.url}/orders`, GOOD)).status).toBe(201);
      expect(stub.seen).toHaveLength(1);
    });

    it('an application without a pipe of its own still has its forms checked', async () => {
      await start();
      const answer = await send(`${running.url}/orders`, { ...GOOD, email: '' });
      expect(answer).toMatchObject({ status: 400, body: { message: ['email must be an email'] } });
      expect(stub.seen).toHaveLength(0);
    });

    it('pipes of the method and of the parameter are run as Nest runs them', async () => {
      await start();
      expect((await send(`${running.url}/strict`, { ...GOOD, count: 'many' })).status).toBe(400);
      expect((await send(`${running.url}/trimmed`, { ...GOOD, email: 'ada' })).status).toBe(400);
      expect(stub.seen).toHaveLength(0);
      expect((await send(`${running.url}/strict`, { ...GOOD, count: 2 })).status).toBe(201);
      expect((await send(`${running.url}/trimmed`, { ...GOOD, email: ' ada@example.com ' })).status).toBe(
        201,
      );
    });

    it('a pipe that changes the body changes it once, and leaves the evidence', async () => {
      await start();
      const form = { ...GOOD, count: 2, address: { city: 'Aarhus' } };
      expect(await send(`${running.url}/cents`, form)).toMatchObject({
        status: 201,
        body: { body: { count: 200, address: { city: 'Aarhus!' } } },
      });
      expect(stub.seen).toHaveLength(1);
    });

    it('one form of several demands is validated once', async () => {
      let validations = 0;
      class CountingPipe extends ValidationPipe {
        protected override validate(object: object): Promise<never[]> {
          validations++;
          expect(object).toBeInstanceOf(OrderDto);
          return Promise.resolve([]);
        }
      }
      await start(app => {
        app.useGlobalPipes(new CountingPipe());
      });
      expect((await send(`${running.url}/both`, BOTH)).status).toBe(201);
      expect(validations).toBe(2); // for the guard, and for the handler
    });

    it.each([
      ['no body', undefined],
      ['null', null],
      ['an array', [GOOD]],
      ['a text', 'text'],
      [
        'prototype members',
        JSON.parse('{"__proto__":{"email":"ada@example.com"},"checkify_token":"r1"}') as unknown,
      ],
    ])('%s is refused and spends nothing', async (_case, form) => {
      await start(withPipe({ whitelist: true }));
      const { status } = await send(`${running.url}/orders`, form, 'POST');
      expect([400, 403, 415]).toContain(status);
      expect(stub.seen).toHaveLength(0);
    });
  });
});

class BaseDto {
  @IsEmail() email!: string;
}

class SignupDto extends BaseDto {
  @IsString() name!: string;
}

@Controller()
@UseGuards(VerificationGuard)
@RequireVerification('checkify', { body: BaseDto })
class SignupController {
  @Post('base')
  base(@Body() form: BaseDto): unknown {
    return form;
  }

  @Post('other')
  other(@Body() form: SignupDto): unknown {
    return form;
  }

  @Post('same')
  @RequireVerification('humanproof', { body: SignupDto })
  same(@Body() form: SignupDto): unknown {
    return form;
  }
}

@Controller()
@UseGuards(VerificationGuard)
class BarelyController {
  @Post('barely')
  @RequireVerification('checkify', { body: SignupDto })
  narrower(@Body() form: BaseDto): unknown {
    return form;
  }

  @Post('none')
  @RequireVerification('checkify')
  none(@Body() form: SignupDto): unknown {
    return form;
  }

  @Post('text')
  @RequireVerification('checkify')
  text(@Body('email') email: string): unknown {
    return email;
  }
}

@Injectable({ scope: Scope.REQUEST })
class PipePerRequest extends ValidationPipe {
  constructor() {
    super(REFUSE);
  }
}

@Controller()
@UseGuards(VerificationGuard)
class PerRequestController {
  @Post('orders')
  @UsePipes(PipePerRequest)
  @RequireVerification('checkify', { body: OrderDto })
  order(@Body() form: OrderDto): unknown {
    return describeBody(form);
  }
}

describe.each([
  ['of the route', PerRequestController, []],
  ['of the application', OrderController, [{ provide: APP_PIPE, useClass: PipePerRequest }]],
])('a pipe %s that is made per request', (_, controller, providers) => {
  const start = (stub: StubServer, more: object): Promise<RunningApplication> =>
    boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub, more))],
      controllers: [controller],
      providers,
    });

  it('stops the boot, and says what to write', async () => {
    const stub = await StubServer.start();
    await expect(start(stub, {})).rejects.toThrow(/Pass forRoot\(\{ validation \}\)/);
    await stub.stop();
  });

  it('is done without where the module knows its options', async () => {
    const stub = await StubServer.start();
    stub.reset(yes);
    const { app, url } = await start(stub, { validation: REFUSE });
    expect((await send(`${url}/orders`, { ...GOOD, email: '' })).status).toBe(400);
    expect(stub.seen).toHaveLength(0);
    expect((await send(`${url}/orders`, GOOD)).status).toBe(201);
    await app.close();
    await stub.stop();
  });
});

it('the classes of demands and of parameters are both checked before the proof is spent', async () => {
  const stub = await StubServer.start();
  stub.reset(yes);
  const { app, url, logger } = await boot(
    'express',
    {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [SignupController, BarelyController],
    },
    each => each.useGlobalPipes(new ValidationPipe()),
  );
  const named = { ...GOOD, name: 'Ada' };
  for (const [path, good, bad] of [
    ['base', GOOD, { ...GOOD, email: '' }],
    ['other', named, GOOD],
    ['barely', named, GOOD],
    ['none', named, GOOD],
  ] as const) {
    stub.reset(yes);
    expect([path, (await send(`${url}/${path}`, bad)).status]).toEqual([path, 400]);
    expect(stub.seen).toHaveLength(0);
    expect([path, (await send(`${url}/${path}`, good)).status]).toEqual([path, 201]);
  }
  expect(logger.lines).toEqual([]);
  await app.close();
  await stub.stop();
});
