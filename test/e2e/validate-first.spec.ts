import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  DefaultValuePipe,
  Get,
  HttpStatus,
  Injectable,
  NotFoundException,
  Param,
  ParseArrayPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  StandardSchemaValidationPipe,
  UseGuards,
  UsePipes,
  ValidationPipe,
  type INestApplication,
  type PipeTransform,
} from '@nestjs/common';
import { IsEmail, IsIn, IsOptional, IsString } from 'class-validator';
import {
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

const UUID = '7f3c2a52-9d0e-4c6b-8a57-0f1c3f8a9b10';
const PROOF = { checkify_token: 'r1' };
const GOOD = { email: 'ada@example.com', ...PROOF };
const STRICT = { whitelist: true, forbidNonWhitelisted: true };

class OrderDto {
  @IsEmail() email!: string;
  @IsOptional() @IsString() note?: string;
}

class FilterDto {
  @IsIn(['up', 'down']) order!: string;
}

/** A schema as zod and valibot make them: a strict one refuses members that it does not name. */
function schemaOf(names: readonly string[], isStrict = false) {
  const validate = (value: unknown) => {
    const form = value as Record<string, unknown>;
    const surplus = isStrict ? Object.keys(form).filter(name => !names.includes(name)) : [];
    const wrong = names.filter(name =>
      name === 'email' ? !String(form['email']).includes('@') : form[name] === undefined,
    );
    const issues = [...surplus, ...wrong].map(name => ({ message: `bad ${name}` }));
    return issues.length === 0 ? { value: form } : { issues };
  };
  return { '~standard': { version: 1, vendor: 'test', validate } } as const;
}

/** The application's own pipe: looks something up, and changes what it was given. */
@Injectable()
class LookUpPipe implements PipeTransform {
  static calls = 0;
  transform(form: { email?: string }): unknown {
    LookUpPipe.calls++;
    if (form.email === 'taken@example.com') throw new NotFoundException();
    if (form.email !== undefined) form.email = form.email.trim();
    return form;
  }
}

@Controller()
@UseGuards(VerificationGuard)
@RequireVerification('checkify')
class ShopController {
  @Post('orders')
  order(@Body() form: OrderDto): unknown {
    return form;
  }

  @Post('member')
  member(@Body('quantity', ParseIntPipe) quantity: number): unknown {
    return { quantity };
  }

  @Post('items/:id')
  item(
    @Param('id', ParseUUIDPipe) id: string,
    @Query('page', new DefaultValuePipe(1), ParseIntPipe) page: number,
  ): unknown {
    return { id, page };
  }

  @Get('list')
  list(@Query() filter: FilterDto): unknown {
    return filter;
  }

  @Post('many')
  @UsePipes(new ParseArrayPipe({ items: OrderDto }))
  many(@Body() forms: OrderDto[]): unknown {
    return { count: forms.length };
  }

  @Post('method')
  @UsePipes(new ValidationPipe({ errorHttpStatusCode: HttpStatus.UNPROCESSABLE_ENTITY }))
  method(@Body() form: OrderDto): unknown {
    return form;
  }

  @Post('schema')
  schema(@Body({ schema: schemaOf(['email']) }) form: { email: string }): unknown {
    return form;
  }

  @Post('strict')
  strict(@Body({ schema: schemaOf(['email'], true) }) form: { email: string }): unknown {
    return form;
  }

  @Post('naming')
  naming(@Body({ schema: schemaOf(['email', 'checkify_token'], true) }) form: { email: string }): unknown {
    return form;
  }
}

const plainly = (app: INestApplication): void => {
  app.useGlobalPipes(new StandardSchemaValidationPipe());
};
const strictly = (app: INestApplication): void => {
  app.useGlobalPipes(new ValidationPipe(STRICT), new StandardSchemaValidationPipe());
};

describe.each(PLATFORMS)('%s', platform => {
  let stub: StubServer;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterAll(() => stub.stop());
  beforeEach(() => {
    stub.reset(yes);
    LookUpPipe.calls = 0;
  });

  const open = (
    controller: new () => object,
    setUp?: (app: INestApplication) => void,
    more: Omit<VerificationModuleOptions, 'providers'> = {},
  ): Promise<RunningApplication> =>
    boot(
      platform,
      { imports: [VerificationModule.forRoot(optionsFor(stub, more))], controllers: [controller] },
      setUp,
    );

  describe('without being told', () => {
    let running: RunningApplication;
    beforeAll(async () => {
      running = await open(ShopController, strictly);
    });
    afterAll(() => running.app.close());

    it.each<[string, string, object | undefined, number]>([
      ['a body', 'orders', { ...GOOD, email: 'ada@' }, 400],
      ['a surplus member', 'orders', { ...GOOD, admin: true }, 400],
      ['one member of a body', 'member', { ...PROOF, quantity: 'many' }, 400],
      ['a parameter of the path', 'items/7', PROOF, 400],
      ['a parameter of the query', `items/${UUID}?page=first`, PROOF, 400],
      ['a query', 'list?order=sideways&checkify_request_id=r1', undefined, 400],
      ['a list', 'many?checkify_request_id=r1', [{ email: 'ada@example.com' }, { email: '' }], 400],
      ['a pipe of the method', 'method', { ...GOOD, email: '' }, 400],
      ['a schema', 'schema', { ...GOOD, email: 'ada' }, 400],
      ['a strict schema', 'strict', { ...GOOD, email: 'ada' }, 400],
      ['a strict schema, and a surplus member', 'strict', { ...GOOD, admin: true }, 400],
      ['a strict schema that names the evidence', 'naming', { ...GOOD, email: 'ada' }, 400],
      ['an empty body', 'orders?checkify_request_id=r1', undefined, 400],
    ])('%s that is wrong is refused before the proof is spent', async (_, path, body, status) => {
      const method = path.startsWith('list') ? 'GET' : 'POST';
      expect((await send(`${running.url}/${path}`, body, method)).status).toBe(status);
      expect(stub.seen).toHaveLength(0);
    });

    it.each<[string, string, object | undefined, object]>([
      ['a body', 'orders', GOOD, { email: 'ada@example.com' }],
      ['one member of a body', 'member', { ...PROOF, quantity: '2' }, { quantity: 2 }],
      ['parameters', `items/${UUID}`, PROOF, { id: UUID, page: 1 }],
      ['a query', 'list?order=up&checkify_request_id=r1', undefined, { order: 'up' }],
      ['a list', 'many?checkify_request_id=r1', [{ email: 'ada@example.com' }], { count: 1 }],
      ['a schema', 'schema', GOOD, GOOD],
      ['a strict schema', 'strict', GOOD, { email: 'ada@example.com' }],
      ['a strict schema that names the evidence', 'naming', GOOD, GOOD],
    ])('%s that is right reaches the handler as its pipes make it', async (_, path, body, expected) => {
      const method = path.startsWith('list') ? 'GET' : 'POST';
      const answer = await send(`${running.url}/${path}`, body, method);
      expect([answer.status, answer.body]).toEqual([method === 'GET' ? 200 : 201, expected]);
      expect(stub.seen).toHaveLength(1);
    });

    it('a form without evidence gets 403, whatever is wrong with it', async () => {
      for (const path of ['orders', 'items/7', 'schema', 'many'])
        expect((await send(`${running.url}/${path}`, { email: '' })).status).toBe(403);
    });

    it('a form that nobody parsed yet is left to the handler', async () => {
      const form = new FormData();
      form.set('email', '');
      const { status } = await fetch(`${running.url}/orders?checkify_request_id=r1`, {
        method: 'POST',
        body: form,
      });
      // Express hands the unparsed form on, and Fastify refuses it before any guard.
      expect([status, stub.seen.length]).toEqual(platform === 'express' ? [400, 1] : [415, 0]);
    });

    it('says nothing at boot where all pipes run early', () => {
      expect(running.logger.lines).toEqual([]);
    });
  });

  it('no pipe is added where none would run', async () => {
    const { app, url } = await open(ShopController, plainly);
    expect((await send(`${url}/orders`, { ...GOOD, email: '' })).status).toBe(201);
    expect((await send(`${url}/method`, { ...GOOD, email: '' })).status).toBe(422);
    expect(stub.seen).toHaveLength(1);
    await app.close();
  });

  describe('a route with a pipe of the application’s own', () => {
    @Controller()
    @UseGuards(VerificationGuard)
    class OwnController {
      @Post('own')
      @RequireVerification('checkify')
      own(@Body(LookUpPipe, ValidationPipe) form: OrderDto): unknown {
        return form;
      }

      @Post('first')
      @RequireVerification('checkify', { validateFirst: 'all' })
      first(@Body(LookUpPipe, ValidationPipe) form: OrderDto): unknown {
        return form;
      }

      @Post('never')
      @RequireVerification('checkify', { validateFirst: false })
      never(@Body(ValidationPipe) form: OrderDto): unknown {
        return form;
      }

      @Patch('partial')
      @RequireVerification('checkify', { body: OrderDto })
      partial(@Body(LookUpPipe) form: Partial<OrderDto>): unknown {
        return form;
      }

      @Post('lists')
      @RequireVerification('checkify', { body: OrderDto })
      lists(@Body(new ParseArrayPipe({ items: OrderDto })) forms: OrderDto[]): unknown {
        return { count: forms.length };
      }
    }
    const SPACES = { ...GOOD, email: ' ada@example.com ' };
    const TAKEN = { ...GOOD, email: 'taken@example.com' };

    it.each<[string, Omit<VerificationModuleOptions, 'providers'>, string, object, number, number, number]>([
      ['runs neither it nor what follows it', {}, 'own', TAKEN, 404, 1, 1],
      ['accepts what it makes right', {}, 'own', SPACES, 201, 1, 1],
      ['runs all with "all" on the route', {}, 'first', TAKEN, 404, 0, 1],
      ['runs all on copies', {}, 'first', SPACES, 201, 1, 2],
      ['runs all with "all" in the module', { validateFirst: 'all' }, 'own', TAKEN, 404, 0, 1],
      ['runs none with false on the route', {}, 'never', { ...GOOD, email: '' }, 400, 1, 0],
      ['runs none with false in the module', { validateFirst: false }, 'own', TAKEN, 404, 1, 1],
      ['lets the route win', { validateFirst: false }, 'first', TAKEN, 404, 0, 1],
    ])('%s', async (_, more, path, form, status, spent, lookUps) => {
      const { app, url } = await open(OwnController, undefined, more);
      expect((await send(`${url}/${path}`, form)).status).toBe(status);
      expect([stub.seen.length, LookUpPipe.calls]).toEqual([spent, lookUps]);
      await app.close();
    });

    it('looks nothing up for a request without evidence', async () => {
      const { app, url } = await open(OwnController, undefined, { validateFirst: 'all' });
      expect((await send(`${url}/own`, { email: 'taken@example.com' })).status).toBe(403);
      expect(LookUpPipe.calls).toBe(0);
      await app.close();
    });

    it('gets no pipe besides, where "body" names the form', async () => {
      const { app, url } = await open(OwnController, app => app.useGlobalPipes(new ValidationPipe()));
      const patch = { note: 'ring twice', ...PROOF };
      expect((await send(`${url}/partial`, patch, 'PATCH')).status).toBe(200);
      const list = [{ email: 'ada@example.com' }];
      expect((await send(`${url}/lists?checkify_request_id=r1`, list)).status).toBe(201);
      expect((await send(`${url}/partial`, TAKEN, 'PATCH')).status).toBe(404);
      expect((await send(`${url}/lists?checkify_request_id=r1`, [{ email: '' }])).status).toBe(400);
      expect(stub.seen).toHaveLength(2);
      await app.close();
    });

    it.each<[VerificationModuleOptions['validateFirst'], string[]]>([
      [undefined, ['OwnController.own() (LookUpPipe)']],
      ['all', []],
      [false, []],
    ])('is told once at boot under %p', async (validateFirst, places) => {
      const { app, logger } = await open(OwnController, undefined, { validateFirst });
      const lines = logger.lines.filter(line => line.includes('verification.late_form'));
      expect(lines).toHaveLength(places.length);
      for (const place of places) expect(lines[0]).toContain(`spent: ${place}. Write validateFirst: 'all'`);
      await app.close();
    });
  });

  it.each([
    ['of the module', { validateFirst: true as never }, ShopController],
    ['of a route', {}, wrongly()],
  ])('a validateFirst %s that is neither stops the boot', async (_, more, controller) => {
    await expect(open(controller, undefined, more)).rejects.toThrow(/validateFirst/);
  });
});

function wrongly(): new () => object {
  @Controller()
  @UseGuards(VerificationGuard)
  class WrongController {
    @Post()
    @RequireVerification('checkify', { validateFirst: 'none' as never })
    wrong(): void {
      // never called
    }
  }
  return WrongController;
}
