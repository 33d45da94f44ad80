import { request, type OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  All,
  Body,
  Controller,
  Get,
  Post,
  UseGuards,
  ValidationPipe,
  type ExecutionContext,
} from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type EvidenceOf,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { StubServer } from '../support/stub-server.js';

class OrderDto {
  @IsString() item!: string;
}

/** What the application's own code was asked for. */
const ran: string[] = [];

class NotedPipe extends ValidationPipe {
  override transform(value: unknown, metadata: Parameters<ValidationPipe['transform']>[1]): Promise<unknown> {
    ran.push('pipe');
    return super.transform(value, metadata);
  }
}

function visitor(context: ExecutionContext): string | undefined {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  return headers['x-visitor'];
}

function ownEvidence(): EvidenceOf<'checkify'> {
  ran.push('evidence');
  return { requestId: 'r1' };
}

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Get('return')
  @RequireVerification('verifyid', { claims: ['age_over_18'], remember: { for: '30m', subject: visitor } })
  back(): object {
    return {};
  }

  @Get('own')
  @RequireVerification('checkify', { evidence: ownEvidence })
  own(): object {
    return {};
  }

  @Post('order')
  @RequireVerification('humanproof', { body: OrderDto })
  order(@Body(NotedPipe) order: OrderDto): object {
    return order;
  }

  @All('any')
  @RequireVerification('checkify')
  any(): object {
    return {};
  }

  @Get('open')
  open(): object {
    return {};
  }
}

describe.each(PLATFORMS)('on %s', platform => {
  const store = new FragileStore();
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub, { store }))],
      controllers: [ShopController],
    });
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    stub.reset(yes);
    store.reset();
    ran.length = 0;
  });

  // Not by fetch(), which sets some of these headers itself.
  const ask = (
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    body = '',
  ): Promise<{ status: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      const asked = request(`${running.url}/${path}`, { method, headers }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
        });
      });
      asked.on('error', reject).end(body);
    });
  const RETURN = 'return?token_age_verified=t1&device_id=d1';

  describe.each<[string, string, OutgoingHttpHeaders]>([
    ['HEAD', 'HEAD', {}],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch' }],
    ['a prerender', 'GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['a prerender alone', 'GET', { 'Sec-Purpose': 'prerender' }],
    ['a prefetch through a proxy', 'GET', { 'sec-purpose': 'prefetch;anonymous-client-ip' }],
    ['one with parameters', 'GET', { 'sec-purpose': ' Prefetch ; a=1, other' }],
    ['one in a list', 'GET', { 'sec-purpose': ['other', 'prefetch'] }],
    ['an older prefetch', 'GET', { purpose: 'prefetch' }],
    ['a preview', 'GET', { 'x-purpose': 'preview' }],
    ['an older one of Firefox', 'GET', { 'x-moz': 'prefetch' }],
  ])('%s', (_, method, headers) => {
    it('is refused before anything is spent', async () => {
      const { status, body } = await ask(method, RETURN, { ...headers, 'x-visitor': 'ada' });
      expect(status).toBe(403);
      if (method === 'GET') expect(body).toContain('verification_required');
      expect(stub.seen).toEqual([]);
      expect((await ask('GET', RETURN, { 'x-visitor': 'ada' })).status).toBe(200);
    });

    it('passes by receipt', async () => {
      await ask('GET', RETURN, { 'x-visitor': 'ada' });
      expect((await ask(method, RETURN, { ...headers, 'x-visitor': 'ada' })).status).toBe(200);
      expect((await ask(method, RETURN, { ...headers, 'x-visitor': 'bob' })).status).toBe(403);
      expect(stub.seen).toHaveLength(1);
    });

    it('asks no function of the application, and passes where nothing is demanded', async () => {
      expect((await ask(method, 'own', headers)).status).toBe(403);
      expect((await ask(method, 'open', headers)).status).toBe(200);
      expect([stub.seen, ran]).toEqual([[], []]);
    });
  });

  it('the preflight of a browser is refused before anything is spent, and another OPTIONS is a request', async () => {
    const path = 'any?checkify_request_id=r1';
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'PUT' };
    expect((await ask('OPTIONS', path, headers)).status).toBe(403);
    expect(stub.seen).toEqual([]);
    expect((await ask('PUT', path, headers)).status).toBe(200);
    expect((await ask('OPTIONS', path, {})).status).toBe(200);
    expect(stub.seen).toHaveLength(2);
  });

  it('a form that is sent ahead is refused before any pipe runs', async () => {
    const headers = { 'content-type': 'application/json', purpose: 'prefetch' };
    const body = '{"humanproof-token":"t1","item":"tea"}';
    expect((await ask('POST', 'order', headers, body)).status).toBe(403);
    expect([stub.seen, ran]).toEqual([[], []]);
    expect((await ask('POST', 'order', { ...headers, purpose: 'order' }, body)).status).toBe(201);
  });

  it.each(['', 'navigate', 'prefetched', 'no-prefetch', 'prefetch-not'])(
    'a purpose of "%s" is a request like any other',
    async purpose => {
      expect((await ask('GET', RETURN, { 'sec-purpose': purpose, 'x-visitor': 'ada' })).status).toBe(200);
    },
  );
});
