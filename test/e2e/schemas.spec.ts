import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Param,
  Post,
  Query,
  StandardSchemaValidationPipe,
  UseGuards,
} from '@nestjs/common';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import * as v from 'valibot';
import { z } from 'zod';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

/** Transforms that show when they are applied twice. */
const shout = (text: string): string => `${text.trim()}!`;
const isFree = (email: string): Promise<boolean> => Promise.resolve(email !== 'taken@example.com');

/** The same forms in the words of both libraries. */
const LIBRARIES = {
  zod: {
    order: z.object({
      email: z.email().refine(isFree, 'taken'),
      note: z.string().transform(shout).optional(),
      quantity: z.coerce.number().int().default(1),
    }),
    strict: z.strictObject({ email: z.email() }),
    naming: z.strictObject({ email: z.email(), checkify_token: z.string() }),
    filter: z.object({ page: z.coerce.number().int().min(1) }),
    id: z.uuid(),
  },
  valibot: {
    order: v.objectAsync({
      email: v.pipeAsync(v.string(), v.email(), v.checkAsync(isFree, 'taken')),
      note: v.optional(v.pipe(v.string(), v.transform(shout))),
      quantity: v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer()), 1),
    }),
    strict: v.strictObject({ email: v.pipe(v.string(), v.email()) }),
    naming: v.strictObject({ email: v.pipe(v.string(), v.email()), checkify_token: v.string() }),
    filter: v.object({ page: v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1)) }),
    id: v.pipe(v.string(), v.uuid()),
  },
};

const UUID = '7f3c2a52-9d0e-4c6b-8a57-0f1c3f8a9b10';
const PROOF = { checkify_token: 'r1' };
const GOOD = { email: 'ada@example.com', ...PROOF };

describe.each(Object.entries(LIBRARIES))('a form in %s', (_, { order, strict, naming, filter, id }) => {
  @Controller()
  @UseGuards(VerificationGuard)
  @RequireVerification('checkify')
  class ShopController {
    @Post('orders')
    order(@Body({ schema: order }) form: unknown): unknown {
      return form;
    }

    @Post('strict')
    strict(@Body({ schema: strict }) form: unknown): unknown {
      return form;
    }

    @Post('naming')
    naming(@Body({ schema: naming }) form: unknown): unknown {
      return form;
    }

    @Get('list')
    list(@Query({ schema: filter }) query: unknown): unknown {
      return query;
    }

    @Post('items/:id')
    item(@Param('id', { schema: id }) item: string): unknown {
      return { item };
    }
  }

  describe.each(PLATFORMS)('on %s', platform => {
    let stub: StubServer;
    let running: RunningApplication;

    beforeAll(async () => {
      stub = await StubServer.start();
      running = await boot(
        platform,
        { imports: [VerificationModule.forRoot(optionsFor(stub))], controllers: [ShopController] },
        app => app.useGlobalPipes(new StandardSchemaValidationPipe()),
      );
    });
    beforeEach(() => {
      stub.reset(yes);
    });
    afterAll(async () => {
      await running.app.close();
      await stub.stop();
    });

    const ask = (path: string, form?: object) => send(`${running.url}/${path}`, form);

    it.each<[string, string, object | undefined, string]>([
      ['is wrong', 'orders', { ...GOOD, email: 'ada@' }, 'email'],
      ['is wrong by a rule that is looked up', 'orders', { ...GOOD, email: 'taken@example.com' }, 'taken'],
      ['cannot be coerced', 'orders', { ...GOOD, quantity: 'many' }, 'quantity'],
      ['has a member too many', 'strict', { ...GOOD, admin: true }, 'admin'],
      ['names the evidence, and is wrong', 'naming', { ...GOOD, email: '' }, 'email'],
      ['is a query', 'list?page=0&checkify_request_id=r1', undefined, 'page'],
      ['is a parameter of the path', 'items/7', PROOF, ''],
    ])('that %s costs no proof', async (__, path, form, word) => {
      const { status, body } = await ask(path, form);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain(word);
      expect(stub.seen).toHaveLength(0);
    });

    it.each<[string, string, object | undefined, object]>([
      ['transformed once', 'orders', { ...GOOD, note: ' ring ' }, { note: 'ring!', quantity: 1 }],
      ['coerced', 'orders', { ...GOOD, quantity: '2' }, { email: 'ada@example.com', quantity: 2 }],
      ['without the evidence', 'strict', GOOD, { email: 'ada@example.com' }],
      ['with the evidence that it names', 'naming', GOOD, GOOD],
      ['as a query', 'list?page=3&checkify_request_id=r1', undefined, { page: 3 }],
      ['as a parameter', `items/${UUID}`, PROOF, { item: UUID }],
    ])('that is right reaches the handler %s', async (__, path, form, expected) => {
      const { status, body } = await ask(path, form);
      expect([status, body]).toEqual([form === undefined ? 200 : 201, expect.objectContaining(expected)]);
      expect(Object.keys(body as object)).not.toContain('checkify_request_id');
      expect(stub.seen).toHaveLength(1);
    });

    it('that is corrected passes with the same proof', async () => {
      expect((await ask('orders', { ...GOOD, email: '' })).status).toBe(400);
      expect((await ask('orders', GOOD)).status).toBe(201);
      expect(stub.seen).toHaveLength(1);
    });

    it('is not looked at without evidence', async () => {
      expect((await ask('orders', { email: 'taken@example.com' })).status).toBe(403);
      expect((await ask('items/7', {})).status).toBe(403);
    });
  });
});
