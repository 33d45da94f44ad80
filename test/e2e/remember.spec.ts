import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Injectable, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  Verified,
  type AcceptedVerdict,
  type VerificationEvent,
} from 'nestjs-verification';
import {
  type Answer,
  attest,
  type Check,
  DeclaredEvidence,
  type ExtrasOf,
  inBody,
  type Requirement,
  VerificationProvider,
} from 'nestjs-verification/provider';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, PLATFORMS, type RunningApplication } from '../support/application.js';
import { ALL_BUT_DATE } from '../support/all-but-date.js';
import { FragileStore } from '../support/fragile-store.js';
import { reply, StubServer } from '../support/stub-server.js';

interface PassVerdict extends AcceptedVerdict {
  readonly holder: string;
  readonly history: readonly { readonly since: Date }[];
  readonly big?: bigint;
  readonly map?: Map<number, number>;
}

function kindOf(value: unknown): string {
  return value instanceof Date ? 'date' : typeof value;
}

/** A stored receipt of `verifyid`, with some members changed. */
function receipt(members: object): string {
  const verdict = { provider: 'verifyid', claims: ['age_over_18'], age: 18, ...members };
  return JSON.stringify({ verdict, expiresAt: 0 }).replace(/:0}$/, ':9e15}');
}

/** The application's own provider, whose statements hold for a minute. */
@Injectable()
class PassService extends VerificationProvider<{ pass: string }, Requirement, PassVerdict> {
  readonly name = 'pass';
  readonly evidence = new DeclaredEvidence<{ pass: string }>({ pass: { fields: inBody('pass') } }, [
    ['pass'],
  ]);

  describe(): Check {
    return { claims: ['member'] };
  }

  ask(_: Check, { pass }: { pass: string }): Promise<Answer<ExtrasOf<PassVerdict>>> {
    const extras = { holder: pass, history: [{ since: new Date(0) }], big: 7n, map: new Map([[1, 2]]) };
    return Promise.resolve(attest(['member'], extras, new Date(Date.now() + 60_000)));
  }
}

declare module 'nestjs-verification' {
  interface CustomVerificationProviders {
    pass: PassService;
  }
}

function visitor(context: ExecutionContext): string | undefined {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  if (headers['x-visitor'] === 'throw') throw new Error('a secret of the session');
  const json = /^json (.*)/.exec(headers['x-visitor'] ?? '')?.[1];
  if (json !== undefined) return JSON.parse(json) as string; // such as the id of a row, a number
  return headers['x-visitor'];
}
const remember = { for: '30m', subject: visitor } as const;

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('adult')
  @RequireVerification('verifyid', { claims: ['age_over_18'], remember })
  adult(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('teen')
  @RequireVerification('verifyid', { claims: ['age_over_16'], remember })
  teen(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('often')
  @RequireVerification('verifyid', { claims: ['age_over_18'], remember: { for: '1m', subject: visitor } })
  often(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('over21')
  @RequireVerification('checkify', { claims: ['age_over_21'], remember })
  over21(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('over18')
  @RequireVerification('checkify', { claims: ['age_over_18'], remember })
  over18(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('both')
  @RequireVerification('checkify', { claims: ['age_over_18', 'age_over_21'], remember })
  bothAges(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('country')
  @RequireVerification('checkify', { claims: ['age_over_18'], fields: ['country'], remember })
  country(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('either')
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'], remember }],
    ['checkify', { claims: ['age_over_18'], remember }],
  )
  either(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('fresh')
  @RequireVerification('checkify', { claims: ['age_over_18'], remember })
  @RequireVerification('checkify', { claims: ['human_verified'] })
  fresh(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('account')
  @RequireVerification('checkify', { claims: ['age_over_18'], remember })
  @RequireVerification('checkify', {
    remember: { for: '1h', subject: context => `at ${String(visitor(context))}` },
  })
  account(): object {
    return {};
  }

  @Post('pass')
  @RequireVerification('pass', { remember })
  pass(@Verified() { history, big: _, map, ...verified }: PassVerdict): object {
    const kinds = {
      since: kindOf(history[0]?.since),
      validUntil: kindOf(verified.validUntil),
      map: kindOf(map),
    };
    return { ...verified, history, kinds };
  }

  @Post('reusable')
  @RequireVerification('checkify', { consume: false, remember })
  reusable(@Verified() verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }

  @Post('and')
  @RequireVerification('humanproof')
  @RequireVerification('checkify', { claims: ['age_over_18'], remember })
  and(@Verified('checkify') verified: AcceptedVerdict): AcceptedVerdict {
    return verified;
  }
}

/** A store that keeps a value for ever, so that a receipt's own time has to end it; a test sees and changes what is in it. */
class OpenStore extends FragileStore {
  readonly values = new Map<string, string>();

  override async get(key: string): Promise<string | undefined> {
    const kept = await super.get(key);
    return this.values.get(key) ?? kept;
  }
  override async set(key: string, value: string, ttlMs: number): Promise<void> {
    await super.set(key, value, ttlMs);
    this.values.set(key, value);
  }
  override async delete(key: string): Promise<void> {
    await super.delete(key);
    this.values.delete(key);
  }
  override reset(): void {
    super.reset();
    this.values.clear();
  }

  /** Puts a text in place of every receipt. */
  replaceEntries(text: string): void {
    for (const [key, record] of this.values) {
      const { until, entries } = JSON.parse(record) as { until: number; entries: object };
      const names = Object.keys(entries).map(name => [name, text]);
      this.values.set(key, JSON.stringify({ until, entries: Object.fromEntries(names) as object }));
    }
  }
}

const LOGIN = { token_age_verified: 't1', device_id: 'd1' };
const SCAN = { checkify_token: 'r1' };

describe.each(PLATFORMS)('%s', platform => {
  const store = new OpenStore();
  let stub: StubServer;
  let running: RunningApplication;
  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub, { store, customProviders: [PassService] }))],
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
    running.logger.lines.length = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const visit = async (
    route: string,
    name: string | undefined,
    body: object = {},
  ): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${running.url}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(name === undefined ? {} : { 'x-visitor': name }) },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const later = (ms: number): void => {
    jest.useFakeTimers({ now: Date.now() + ms, doNotFake: [...ALL_BUT_DATE] });
  };

  it('an accepted visitor passes without evidence, and nobody is asked', async () => {
    expect(await visit('adult', 'ada', LOGIN)).toMatchObject({ status: 201 });
    const again = await visit('adult', 'ada');
    expect(again).toMatchObject({
      status: 201,
      body: {
        outcome: 'accepted',
        provider: 'verifyid',
        claims: expect.arrayContaining(['age_over_18']) as unknown,
        age: 18,
        remembered: true,
        reference: expect.stringMatching(/^.{22}$/) as unknown,
      },
    });
    expect(stub.seen).toHaveLength(1);
  });

  it('the first acceptance is not called remembered', async () => {
    expect((await visit('adult', 'ada', LOGIN)).body).not.toHaveProperty('remembered');
  });

  it('evidence that comes along with a receipt is not spent', async () => {
    await visit('adult', 'ada', LOGIN);
    expect((await visit('adult', 'ada', { token_age_verified: 't2', device_id: 'd2' })).status).toBe(201);
    expect(stub.seen).toHaveLength(1);
  });

  it.each([
    ['another visitor', 'bob'],
    ['nobody', undefined],
    ['an empty subject', ''],
    ['a blank subject', '  '],
    ['what a template makes of nobody', 'undefined'],
    ['a template of nobody', 'shop:undefined'],
    ['a template of nobody’s number', 'user_NaN'],
    ['a template of a session that is not awaited', 'session-[object Promise]'],
    ['a template of false', 'user:false'],
    ['a template of an empty text', 'user:'],
    ['false', 'json false'],
    ['null', 'json null'],
    ['a number', 'json 42'],
    ['the number 0', 'json 0'],
    ['true', 'json true'],
    ['an object', 'json {"id":"ada"}'],
    ['a list', 'json ["ada"]'],
    ['a subject that throws', 'throw'],
  ])('%s is not remembered', async (_, name) => {
    await visit('adult', 'ada', LOGIN);
    expect((await visit('adult', name)).status).toBe(403);
    expect((await visit('adult', name, LOGIN)).status).toBe(201);
    expect((await visit('adult', name)).status).toBe(name === 'bob' ? 201 : 403);
    expect(running.logger.lines.join('\n')).not.toContain('secret');
  });

  it.each([undefined, 'json null', 'json false'])(
    'the operator is not told of %s, who is nobody',
    async name => {
      await visit('adult', name);
      expect(running.logger.lines).toEqual([]);
    },
  );

  it.each(['0', 'nullable', 'annull', 'object', 'ada@undefinedville.example', 'x7Tq-', 'dGVzdA=='])(
    '%s is somebody',
    async name => {
      await visit('adult', name, LOGIN);
      expect((await visit('adult', name)).status).toBe(201);
    },
  );

  it.each([undefined, null, 42, Promise.resolve('ada')])(
    'forget() of %p says that it forgets nothing',
    async subject => {
      const verification = running.app.get(VerificationService);
      await expect(verification.forget(subject as never)).rejects.toThrow(/nothing was forgotten/);
    },
  );

  it('a rejection is not remembered', async () => {
    stub.reset(reply(404, VERIFYID.no));
    expect((await visit('adult', 'ada', LOGIN)).status).toBe(403);
    expect(store.values.size).toBe(0);
  });

  it('answers another claim only where the provider stated it', async () => {
    await visit('adult', 'ada', LOGIN);
    expect((await visit('teen', 'ada')).status).toBe(201); // a login of 18 states 16
    await visit('teen', 'bob', { ...LOGIN });
    await visit('over21', 'ada', SCAN);
    expect((await visit('over18', 'ada')).status).toBe(403); // Checkify did not say so
    expect((await visit('both', 'ada')).status).toBe(403);
    await visit('over18', 'ada', SCAN);
    expect((await visit('both', 'ada')).status).toBe(201);
  });

  it('one provider’s receipt does not answer for another, nor one without fields for one with them', async () => {
    await visit('adult', 'ada', LOGIN);
    expect((await visit('over18', 'ada')).status).toBe(403);
    await visit('over18', 'ada', SCAN);
    expect((await visit('country', 'ada')).status).toBe(403);
    await visit('country', 'ada', SCAN);
    expect(await visit('country', 'ada')).toMatchObject({
      status: 201,
      body: { approvedFields: ['country'] },
    });
  });

  it('a receipt of a route that remembers for long does not open one that asks more often', async () => {
    await visit('adult', 'ada', LOGIN);
    expect((await visit('often', 'ada')).status).toBe(403);
  });

  it('any alternative’s receipt suffices, before any evidence is looked at', async () => {
    await visit('over18', 'ada', SCAN);
    expect(await visit('either', 'ada', LOGIN)).toMatchObject({
      status: 201,
      body: { provider: 'checkify', remembered: true },
    });
    expect(stub.seen).toHaveLength(1);
  });

  it('other demands of the route still have to be met, and what was shown is kept when they are not', async () => {
    expect((await visit('and', 'ada', SCAN)).status).toBe(403);
    expect(stub.seen).toHaveLength(0);
    stub.reset((request, response) => {
      (request.path === HUMANPROOF.verify ? reply(200, HUMANPROOF.no()) : yes)(request, response);
    });
    const proofs = { ...SCAN, 'humanproof-token': 't1' };
    expect((await visit('and', 'ada', proofs)).status).toBe(403);
    stub.reset(yes);
    await visit('over18', 'ada', SCAN);
    expect(await visit('and', 'ada', { 'humanproof-token': 't2' })).toMatchObject({
      status: 201,
      body: { remembered: true },
    });
  });

  it('a receipt ends at its own time, whatever the store says', async () => {
    await visit('adult', 'ada', LOGIN);
    later(30 * 60_000 - 5000);
    expect((await visit('adult', 'ada')).status).toBe(201);
    later(10_000);
    expect((await visit('adult', 'ada')).status).toBe(403);
  });

  it('a receipt ends with the provider’s own statement', async () => {
    expect((await visit('pass', 'ada', { pass: 'p1' })).status).toBe(201);
    later(55_000);
    expect((await visit('pass', 'ada')).status).toBe(201);
    later(10_000);
    expect((await visit('pass', 'ada')).status).toBe(403);
  });

  it('a demand that remembers does not remember for one beside it that does not', async () => {
    expect((await visit('fresh', 'ada', SCAN)).status).toBe(201);
    expect((await visit('fresh', 'ada')).status).toBe(403);
    expect((await visit('over18', 'ada')).status).toBe(201);
    expect(stub.seen).toHaveLength(1);
  });

  it('a receipt for one demand and a proof for the other are both verdicts, and the handler runs', async () => {
    await visit('fresh', 'ada', SCAN);
    const again = await visit('fresh', 'ada', { checkify_token: 'r2' });
    expect(again).toMatchObject({ status: 201, body: { outcome: 'accepted', provider: 'checkify' } });
    expect(stub.seen).toHaveLength(2);
  });

  it('one proof of two demands is remembered for the subject of each', async () => {
    expect((await visit('account', 'ada', SCAN)).status).toBe(201);
    expect((await visit('account', 'ada')).status).toBe(201);
    expect(stub.seen).toHaveLength(1);
  });

  it('forget() ends every receipt of a subject, and of nobody else', async () => {
    const verification = running.app.get(VerificationService);
    for (const name of ['ada', 'bob']) {
      await visit('adult', name, LOGIN);
      await visit('over18', name, SCAN);
    }
    await verification.forget('ada');
    expect((await visit('adult', 'ada')).status).toBe(403);
    expect((await visit('over18', 'ada')).status).toBe(403);
    expect((await visit('adult', 'bob')).status).toBe(201);
    await visit('adult', 'ada', LOGIN);
    expect((await visit('adult', 'ada')).status).toBe(201);
    await verification.forget('ada');
    expect((await visit('adult', 'ada')).status).toBe(403);
  });

  it('a receipt that is being written while its subject is forgotten does not count', async () => {
    const verification = running.app.get(VerificationService);
    stub.reset((request, response) => {
      void verification.forget('ada').then(() => {
        yes(request, response);
      });
    });
    expect((await visit('adult', 'ada', LOGIN)).status).toBe(201);
    expect((await visit('adult', 'ada')).status).toBe(403);
  });

  it('a store that cannot be written refuses nobody whose proof is spent', async () => {
    store.broken = ['set'];
    expect((await visit('adult', 'ada', LOGIN)).status).toBe(201);
    expect(running.logger.lines.join('\n')).toMatch(/warn the state store failed .*provider=verifyid/);
    expect(running.logger.lines.join('\n')).not.toContain('secret');
    store.broken = [];
    expect((await visit('adult', 'ada')).status).toBe(403);
  });

  it('a store that cannot be read costs nobody a proof', async () => {
    store.broken = ['get'];
    expect(await visit('adult', 'ada', LOGIN)).toMatchObject({
      status: 503,
      body: { code: 'verification_unavailable' },
    });
    expect(running.logger.lines.join('\n')).toContain('the state store failed');
    expect(stub.seen).toHaveLength(0);
  });

  it.each([
    ['junk', '{{{'],
    ['null', 'null'],
    ['an array', '[]'],
    ['another provider’s', receipt({ provider: 'checkify' })],
    ['one without claims', receipt({ claims: [] })],
    [
      'one with inherited claims',
      receipt({ claims: undefined }).replace('{', '{"__proto__":{"claims":["age_over_18"]},'),
    ],
    ['one that never ends', receipt({}).replace('9e15', '1e400')],
    ['one that ends as text', receipt({}).replace('9e15', '"9000000000000"')],
    ['one of an earlier version', '{"provider":"verifyid","claims":["age_over_18"],"expiresAt":9e15}'],
  ])('a stored value that is %s is treated as absent, and told to the operator', async (_, text) => {
    await visit('adult', 'ada', LOGIN);
    store.replaceEntries(text);
    expect((await visit('adult', 'ada')).status).toBe(403);
    expect(running.logger.lines.join('\n')).toMatch(/warn .*unreadable receipt of "verifyid"/);
    expect((await visit('adult', 'ada', LOGIN)).status).toBe(201);
  });

  it('what is stored names nobody and holds no evidence that counts', async () => {
    await visit('adult', 'ada.lovelace', { token_age_verified: 't-secret', device_id: 'd-secret' });
    await visit('over18', 'ada.lovelace', SCAN);
    expect(store.values.size).toBe(2); // a record per provider's account
    for (const [key, value] of store.values) {
      expect(key).toMatch(/^[0-9a-f]{64}$/);
      expect(value).not.toMatch(/lovelace|secret|signature/);
    }
  });

  it('a session that is not used up is a live proof, and is not stored', async () => {
    await visit('reusable', 'ada', { checkify_token: 'r-secret' });
    expect((await visit('reusable', 'ada')).status).toBe(201);
    expect([...store.values.values()].join('\n')).not.toContain('r-secret');
  });

  it.each([
    ['adult', LOGIN],
    ['country', SCAN],
  ])('a remembered verdict of %s has every member of a fresh one', async (route, proof) => {
    const fresh = (await visit(route, 'ada', proof)).body as Record<string, unknown>;
    const again = (await visit(route, 'ada')).body as Record<string, unknown>;
    const { reference, signedResult: _, ...members } = fresh; // Checkify's record of that one moment
    expect(again).toEqual({ ...members, reference: expect.any(String), remembered: true });
    expect(again['reference']).not.toBe(reference);
  });

  it('a date stays a date, and what no JSON can tell is left out', async () => {
    await visit('pass', 'ada', { pass: '@p1' });
    expect((await visit('pass', 'ada')).body).toMatchObject({
      holder: '@p1',
      kinds: { since: 'date', validUntil: 'date', map: 'undefined' },
    });
  });

  it('outcomes$ tells of remembered acceptances', async () => {
    const events: VerificationEvent[] = [];
    running.app.get(VerificationService).outcomes$.subscribe(event => events.push(event));
    await visit('adult', 'ada', LOGIN);
    await visit('adult', 'ada');
    expect(events).toMatchObject([
      { outcome: 'accepted', provider: 'verifyid', attempts: 1 },
      { outcome: 'accepted', provider: 'verifyid', attempts: 0, remembered: true },
    ]);
    expect(events[0]).not.toHaveProperty('remembered');
    expect(paths(stub)).toHaveLength(1);
  });
});

it.each([
  ['a subject that is no text', 'json 42', 'returned a number; nothing is remembered. Make it a text'],
  ['a text that names nobody', 'user:undefined', 'returned a text that names nobody'],
])('the operator is told of %s once', async (_, name, message) => {
  const read = (context: ExecutionContext): string | undefined => visitor(context);
  @Controller()
  @UseGuards(VerificationGuard)
  class AdultController {
    @Post('adult')
    @RequireVerification('verifyid', {
      claims: ['age_over_18'],
      remember: { for: '30m', subject: read },
    })
    adult(): void {}
  }
  const stub = await StubServer.start();
  const { app, url, logger } = await boot('express', {
    imports: [VerificationModule.forRoot(optionsFor(stub))],
    controllers: [AdultController],
  });
  for (let visits = 0; visits < 2; visits++)
    await fetch(`${url}/adult`, { method: 'POST', headers: { 'x-visitor': name } });
  await app.close();
  await stub.stop();
  const told = logger.lines.filter(line => line.includes('remember.subject'));
  expect(told).toEqual([expect.stringContaining(message)]);
});

describe('at boot', () => {
  it.each([
    ['for', { for: '30 minutes', subject: visitor }, /"remember.for" of "checkify" must be .*'30m'/],
    ['for', { for: 0, subject: visitor }, /"remember.for"/],
    ['for', { for: '366d', subject: visitor }, /365 days/],
    ['subject', { for: '30m', subject: 'session' }, /"remember.subject" of "checkify" must be a function/],
  ])('a wrong remember.%s stops it, and says what to write', async (_, wrong, message) => {
    @Controller()
    @UseGuards(VerificationGuard)
    class BadController {
      @Post()
      @RequireVerification('checkify', { remember: wrong as never })
      route(): void {}
    }
    const stub = await StubServer.start();
    await expect(
      boot('express', {
        imports: [VerificationModule.forRoot(optionsFor(stub))],
        controllers: [BadController],
      }),
    ).rejects.toThrow(message);
    await stub.stop();
  });
});
