import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApolloDriver } from '@nestjs/apollo';
import { ValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { GraphQLModule, type GqlModuleOptions } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ConfigurationError, VerificationModule } from 'nestjs-verification';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { boot, type Platform, type RunningApplication } from '../support/application.js';
import { Gathering } from './gathering.js';
import {
  done,
  PerRequest,
  PerRequestResolver,
  query,
  ShopResolver,
  UnguardedResolver,
  type GraphQlReply,
} from './graphql-shop.js';

/** The drivers that run the queries. */
const SERVERS: readonly [string, Platform, GqlModuleOptions['driver']][] = [
  ['Apollo', 'express', ApolloDriver],
  ['Mercurius', 'fastify', MercuriusDriver],
];

describe.each(SERVERS)('GraphQL on %s', (_, platform, driver) => {
  let sandbox: Sandbox;
  let running: RunningApplication | undefined;

  const start = (fieldResolverEnhancers: GqlModuleOptions['fieldResolverEnhancers'] = ['guards']) =>
    boot(platform, {
      imports: [
        VerificationModule.forRoot({
          providers: sandbox.providers,
          globalGuard: true,
          http: { retries: 0, breaker: false },
        }),
        GraphQLModule.forRoot({ driver, autoSchemaFile: true, fieldResolverEnhancers }),
      ],
      providers: [
        ShopResolver,
        UnguardedResolver,
        PerRequest,
        PerRequestResolver,
        { provide: APP_PIPE, useValue: new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }) },
      ],
    });

  beforeAll(async () => {
    sandbox = await startSandbox();
    running = await start();
  });
  afterAll(async () => {
    await running?.app.close();
    await sandbox.close();
  });
  beforeEach(() => {
    done.times = 0;
  });
  afterEach(() => {
    sandbox.faults.clear();
  });

  const ask = (text: string, more?: object, search = ''): Promise<GraphQlReply> =>
    query(`${running?.url ?? ''}/graphql${search}`, text, more);

  const proof = (): string => {
    const { requestId } = sandbox.checkify.start({ requestType: 'human' });
    sandbox.checkify.approve(requestId);
    return requestId;
  };
  const asked = (): number => sandbox.calls.filter(({ path }) => path === '/v1/qr/results/verify').length;
  const codesOf = ({ errors }: GraphQlReply): unknown[] =>
    errors.map(({ extensions }) => (extensions?.['originalError'] as { code?: string } | undefined)?.code);

  const UUID = '7f3c2a52-9d0e-4c6b-8a57-0f1c3f8a9b10';
  const order = (token: string, id: string, email: string): string =>
    `mutation { order(checkify_token: "${token}", id: "${id}", order: { email: "${email}" }) { requestId } }`;

  it.each<[string, RegExp, (token: string) => string]>([
    ['an input', /^Bad Request/, token => order(token, UUID, 'ada@')],
    ['a piped argument', /uuid is expected/, token => order(token, '7', 'ada@example.com')],
    [
      'a class of arguments',
      /^Bad Request/,
      token => `{ page(amount: 11, checkify_token: "${token}") { amount } }`,
    ],
  ])('%s that is wrong costs no proof', async (__, message, text) => {
    const token = proof();
    const before = asked();
    const { errors } = await ask(text(token));
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
    expect(asked()).toBe(before);
    expect(done.times).toBe(0);
    const { data } = await ask(order(token, UUID, 'ada@example.com'));
    expect(data).toEqual({ order: { requestId: 'ada@example.com' } });
  });

  it('arguments are not looked at without evidence', async () => {
    expect(codesOf(await ask('{ page(amount: 11) { amount } }'))).toEqual(['verification_required']);
  });

  it('a class of arguments need not name the evidence', async () => {
    const token = proof();
    const text = `{ page(amount: 3, checkify_token: "${token}") { amount requestId } }`;
    const { data } = await ask(text);
    expect(data).toEqual({ page: { amount: 3, requestId: token } });
  });

  it('a field without a demand asks nobody', async () => {
    const before = asked();
    expect((await ask('{ open }')).data).toEqual({ open: 'open' });
    expect(asked()).toBe(before);
  });

  it.each(['mutation', 'query'])('a %s runs with the proof among its arguments', async kind => {
    const token = proof();
    const field = kind === 'mutation' ? 'pay' : 'secret';
    const text = `${kind} Ask($token: String) { ${field}(amount: 3, checkify_token: $token) { amount requestId } }`;
    const { data, errors } = await ask(text, { variables: { token } });
    expect(errors).toEqual([]);
    expect(data).toEqual({ [field]: { amount: 3, requestId: token } });
  });

  it('a proof may be a member of the HTTP body, or of its query string', async () => {
    const text = 'mutation { pay(amount: 3) { requestId } }';
    const [first, second] = [proof(), proof()];
    expect((await ask(text, { checkify_token: first })).data).toEqual({ pay: { requestId: first } });
    expect((await ask(text, {}, `?checkify_request_id=${second}`)).data).toEqual({
      pay: { requestId: second },
    });
  });

  it('an argument comes before the HTTP body', async () => {
    const token = proof();
    const text = `mutation { pay(amount: 3, checkify_token: "${token}") { requestId } }`;
    expect((await ask(text, { checkify_token: 'of-somebody-else' })).data).toEqual({
      pay: { requestId: token },
    });
  });

  it('a refusal tells its code and nothing else', async () => {
    const reply = await ask('mutation { pay(amount: 3) { requestId } }');
    expect(reply.data).toBeNull();
    expect(reply.errors).toEqual([
      expect.objectContaining({
        message: 'Verification required',
        path: ['pay'],
        extensions: expect.objectContaining({
          originalError: {
            statusCode: 403,
            code: 'verification_required',
            message: 'Verification required',
            error: 'Forbidden',
          },
        }) as unknown,
      }),
    ]);
    expect(
      codesOf(await ask('mutation { pay(amount: 3, checkify_token: "never-issued") { requestId } }')),
    ).toEqual(['verification_rejected']);
    expect(done.times).toBe(0);
  });

  it.each([[['t']], [{ id: 't' }], [7], [true], [''], [null]])(
    'evidence that is no text is missing evidence: %j',
    async value => {
      const before = asked();
      const text = `mutation { pay(amount: 3) { requestId } }`;
      expect(codesOf(await ask(text, { checkify_token: value }))).toEqual(['verification_required']);
      expect(asked()).toBe(before);
    },
  );

  it('an outage is told as one, by the guard and by a manual check', async () => {
    sandbox.faults.inject({ provider: 'checkify', status: 503, times: 2 });
    const text = `mutation { pay(amount: 3, checkify_token: "${proof()}") { requestId } }`;
    const guarded = await ask(text);
    const manual = await ask('mutation { manual(token: "r1") }');
    expect(codesOf(guarded)).toEqual(['verification_unavailable']);
    expect(codesOf(manual)).toEqual(['verification_unavailable']);
    expect(manual.errors[0]?.message).toBe(guarded.errors[0]?.message);
    expect(`${guarded.text}${manual.text}`).not.toMatch(/checkify|stack|127\.0\.0\.1/i);
    expect(done.times).toBe(0);
  });

  it.each([
    ['mutation', 'pay'],
    ['mutation', 'payOnce'],
    ['query', 'secret'],
    ['query', 'secretOnce'],
  ])('of aliased fields with one proof one runs: %s %s', async (kind, field) => {
    const names = ['a', 'b', 'c'];
    const token = proof();
    const aliases = names.map(name => `${name}: ${field}(amount: 3, checkify_token: "${token}") { amount }`);
    const before = asked();
    const reply = await ask(`${kind} { ${aliases.join(' ')} }`);
    expect(done.times).toBe(1);
    expect(asked() - before).toBeGreaterThan(1);
    expect(reply.errors.length).toBeGreaterThan(0);
    expect(new Set(codesOf(reply))).toEqual(new Set(['verification_rejected']));
  });

  it('of aliased fields with one proof in the HTTP body one runs', async () => {
    await ask('mutation { a: pay(amount: 3) { amount } b: pay(amount: 4) { amount } }', {
      checkify_token: proof(),
    });
    expect(done.times).toBe(1);
  });

  it('aliased fields with a proof each run, each with its own verdict', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const tokens = names.map(proof);
    const aliases = names.map(
      (name, i) => `${name}: gathered(checkify_token: "${tokens[i]!}") { requestId }`,
    );
    Gathering.expected = names.length;
    const { data } = await ask(`{ ${aliases.join(' ')} }`);
    expect(data).toEqual(Object.fromEntries(names.map((name, i) => [name, { requestId: tokens[i] }])));
    expect(done.times).toBe(names.length);
  });

  it('a result that is not used up says yes to each field that asks, and each asks', async () => {
    const token = proof();
    const before = asked();
    const field = `look(amount: 3, checkify_token: "${token}") { requestId }`;
    expect((await ask(`{ a: ${field} b: ${field} }`)).data).toEqual({
      a: { requestId: token },
      b: { requestId: token },
    });
    expect(asked() - before).toBe(2);
  });

  it('`evidence` reads an argument by another name', async () => {
    const token = sandbox.humanproof.issueToken();
    expect((await ask(`mutation { comment(proof: "${token}") }`)).data).toEqual({ comment: true });
    expect(codesOf(await ask(`mutation { comment(proof: "${token}") }`))).toEqual(['verification_rejected']);
  });

  it('a global guard reaches resolvers', async () => {
    expect(codesOf(await ask('{ unguarded }'))).toEqual(['verification_required']);
    expect((await ask('{ unguarded }', { checkify_token: proof() })).data).toEqual({ unguarded: 'checkify' });
  });

  it('a resolver that is made per request is held to the demand of its class', async () => {
    expect(codesOf(await ask('{ greet }'))).toEqual(['verification_required']);
    const text = `{ greet(checkify_token: "${proof()}") }`;
    expect((await ask(text)).data).toEqual({ greet: 'welcome by checkify' });
    expect(codesOf(await ask(text))).toEqual(['verification_rejected']);
  });

  it('the resolver of a field asks for itself', async () => {
    const [first, second] = [proof(), proof()];
    const text = (token: string): string =>
      `{ secret(amount: 3, checkify_token: "${first}") { signature(checkify_token: "${token}") } }`;
    expect((await ask(text(second))).data).toEqual({ secret: { signature: `3 by ${second}` } });
    const again = proof();
    expect(codesOf(await ask(text(first).replace(first, again)))).toEqual(['verification_rejected']);
  });

  it('stops the boot where Nest would run no guard before the resolver of a field', async () => {
    const refused: unknown = await start([]).then(
      ({ app }) => app.close(),
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ConfigurationError);
    expect((refused as Error).message).toBe(
      `ShopResolver.signature() has @RequireVerification('checkify'), but Nest runs no guard before the resolver of a field. Write GraphQLModule.forRoot({ fieldResolverEnhancers: ['guards'] }), or demand it of the query.`,
    );
  });
});
