import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  HumanProofService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

const DEADLINE_MS = 200;
const http = { timeoutMs: 60_000, deadlineMs: DEADLINE_MS, retries: 0, breaker: false } as const;
const form = { checkify_token: 'r1', 'humanproof-token': 'h1', challenge_id: 'c1', verify_code: '123456' };

type PerRequest = (context?: ExecutionContext) => never;

/** What a function of the application may be slow at: the provider, the route's options, and those of the module. */
const PLACES: readonly (readonly [
  string,
  string,
  (slow: PerRequest) => object,
  (slow: PerRequest) => VerificationModuleOptions,
])[] = [
  ['when', 'humanproof', when => ({ when }), () => ({})],
  ['evidence', 'humanproof', evidence => ({ evidence }), () => ({})],
  ['recipient', 'engagelab', recipient => ({ recipient }), () => ({})],
  ['remember.subject', 'humanproof', subject => ({ remember: { for: '5m', subject } }), () => ({})],
  [
    'providers.humanproof.secret',
    'humanproof',
    () => ({}),
    secret => ({ providers: { humanproof: { secret } } }),
  ],
  ['scope', 'humanproof', () => ({ remember: { for: '5m', subject: () => 'ada' } }), scope => ({ scope })],
];

describe.each(PLACES)('a slow function: %s', (name, provider, ofRoute, ofModule) => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(() => {
    stub.reset(yes);
  });
  afterEach(() => running.app.close());
  afterAll(() => stub.stop());

  async function start(slow: () => unknown): Promise<string> {
    @Controller()
    @UseGuards(VerificationGuard)
    class ShopController {
      @Post()
      @RequireVerification(provider as 'humanproof', ofRoute(slow as PerRequest))
      buy(): object {
        return {};
      }
    }
    const { providers = {}, ...options } = ofModule(slow as PerRequest);
    const { humanproof } = optionsFor(stub).providers ?? {};
    running = await boot('express', {
      imports: [
        VerificationModule.forRoot(
          optionsFor(stub, {
            http,
            ...options,
            providers: { humanproof: { ...humanproof, ...providers.humanproof } },
          }),
        ),
      ],
      controllers: [ShopController],
    });
    return running.url;
  }

  it('that never answers refuses by the deadline, spends nothing, and says which it is', async () => {
    const url = await start(() => new Promise(() => undefined));
    const startedAt = performance.now();
    const { status, body } = await send(url, form);
    expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + 2000);
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'verification_unavailable' } });
    expect(stub.seen).toHaveLength(0);
    expect(running.logger.lines.join('\n')).toContain(`"${name}"`);
  });

  it('that answers too late spends nothing', async () => {
    const url = await start(() => {
      const end = performance.now() + DEADLINE_MS;
      while (performance.now() < end); // as long as it takes: no timer can come before its answer
      return name === 'when' ? true : name === 'evidence' ? { token: 'h1' } : 'text';
    });
    const { status } = await send(url, form);
    expect(status).toBe(provider === 'engagelab' ? 403 : 503); // a challenge that is unknown needs no vendor
    expect(stub.seen).toHaveLength(0);
  });
});

describe('a guard whose getRequest is async', () => {
  const gate = async (answer: (body: object) => unknown) => {
    class AsyncGuard extends VerificationGuard {
      protected override getRequest(context: ExecutionContext): unknown {
        const { body } = context.switchToHttp().getRequest<{ body: object }>();
        return answer(body);
      }
    }
    @Controller()
    @UseGuards(AsyncGuard)
    class ShopController {
      @Post()
      @RequireVerification('humanproof')
      buy(): object {
        return {};
      }
    }
    const stub = await StubServer.start();
    stub.reset(yes);
    const running = await boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub, { http }))],
      controllers: [ShopController],
    });
    const { status } = await send(running.url, form);
    await running.app.close();
    await stub.stop();
    return { status, asked: stub.seen.length, lines: running.logger.lines.join() };
  };

  it('gets the evidence of what it promises', async () => {
    expect(await gate(body => Promise.resolve({ body }))).toMatchObject({ status: 201, asked: 1 });
    expect(await gate(() => Promise.resolve({}))).toMatchObject({ status: 403, asked: 0 });
  });

  it('gets it of a promise that is not of this realm, and of a query that promises its rows', async () => {
    expect(await gate(body => setTimeout(1, { body }))).toMatchObject({ status: 201, asked: 1 });
    const query = (body: object) => ({
      then: (resolve: (rows: object) => void) => {
        resolve({ body });
      },
    });
    expect(await gate(query)).toMatchObject({ status: 201, asked: 1 });
  });

  it('refuses by the deadline where it never answers', async () => {
    const refused = await gate(() => new Promise(() => undefined));
    expect(refused).toMatchObject({ status: 503, asked: 0 });
    expect(refused.lines).toContain('getRequest() of AsyncGuard gave no answer in time');
  });
});

it('a manual check ends at its deadline where a credential is a function that never answers', async () => {
  const secret = (): Promise<string> => new Promise(() => undefined);
  const humanproof = { secret, baseUrl: 'https://humanproof.invalid' };
  const { app } = await boot('express', {
    imports: [VerificationModule.forRoot({ http, providers: { humanproof } })],
  });
  await expect(app.get(HumanProofService).verify({ token: 'h1' })).rejects.toMatchObject({
    code: 'provider_unavailable',
  });
  await app.close();
});
