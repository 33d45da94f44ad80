import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  InMemoryStateStore,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  type VerificationEvent,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { reply, StubServer } from '../support/stub-server.js';

function visitor(context: ExecutionContext): string {
  return context.switchToHttp().getRequest<{ body: { visitor: string } }>().body.visitor;
}

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('look')
  @RequireVerification('checkify', { consume: false })
  look(): object {
    return {};
  }

  @Post('vote')
  @RequireVerification('checkify', { consume: false, once: true })
  vote(): object {
    return {};
  }

  @Post('like')
  @RequireVerification('checkify', { consume: false, once: true })
  like(): object {
    return {};
  }

  @Post('token')
  @RequireVerification('checkify', { consume: false, once: true, evidence: () => ({ token: 'poll-1' }) })
  token(): object {
    return {};
  }

  @Post('login')
  @RequireVerification('verifyid', { claims: ['age_over_18'], once: true })
  login(): object {
    return {};
  }

  @Post('member')
  @RequireVerification('checkify', { consume: false, once: true, remember: { for: '30m', subject: visitor } })
  member(): object {
    return {};
  }

  @Post('twice')
  @RequireVerification('checkify', { consume: false })
  @RequireVerification('checkify', { consume: false, once: true, claims: ['age_over_18'] })
  twice(): object {
    return {};
  }

  @Post('both')
  @RequireVerification('checkify', { consume: false, once: true })
  @RequireVerification('humanproof', { once: true })
  both(): object {
    return {};
  }
}

/** Another controller of the same name, such as the next version of one. */
const Namesake = (() => {
  @Controller('next')
  @UseGuards(VerificationGuard)
  class ShopController {
    @Post('vote')
    @RequireVerification('checkify', { consume: false, once: true })
    vote(): object {
      return {};
    }
  }
  return ShopController;
})();

it('a flood of accepted proofs at one route refuses nobody at another', async () => {
  const stub = await StubServer.start();
  stub.reset(yes);
  const { app, url } = await boot('express', {
    imports: [
      VerificationModule.forRoot(optionsFor(stub, { store: new InMemoryStateStore({ maxEntries: 3 }) })),
    ],
    controllers: [ShopController],
  });
  const statuses: number[] = [];
  for (const proof of ['r1', 'r2', 'r3', 'r4'])
    statuses.push((await send(`${url}/like`, { checkify_token: proof })).status);
  expect(statuses).toEqual([201, 201, 201, 503]);
  expect((await send(`${url}/vote`, { checkify_token: 'r1' })).status).toBe(201);
  expect((await send(`${url}/like`, { checkify_token: 'r1' })).status).toBe(403);
  await app.close();
  await stub.stop();
});

describe.each(PLATFORMS)('%s', platform => {
  const store = new FragileStore();
  let stub: StubServer;
  let instances: RunningApplication[];

  beforeAll(async () => {
    stub = await StubServer.start();
    const start = (): Promise<RunningApplication> =>
      boot(platform, {
        imports: [VerificationModule.forRoot(optionsFor(stub, { store }))],
        controllers: [ShopController, Namesake],
      });
    instances = [await start(), await start()];
  });
  afterAll(async () => {
    await Promise.all(instances.map(({ app }) => app.close()));
    await stub.stop();
  });
  beforeEach(() => {
    stub.reset(yes);
    store.reset();
  });

  const visit = (
    route: string,
    proof: string,
    instance = 0,
    more: object = {},
  ): Promise<{ status: number }> =>
    send(`${instances[instance]?.url ?? ''}/${route}`, { checkify_token: proof, ...more });

  it('a proof that the provider confirms again passes a route once, on whichever instance', async () => {
    expect((await visit('vote', 'r1')).status).toBe(201);
    expect(await visit('vote', 'r1')).toMatchObject({ status: 403, body: { code: 'verification_rejected' } });
    expect((await visit('vote', 'r1', 1)).status).toBe(403);
    expect((await visit('vote', 'R1', 1)).status).toBe(403);
    expect((await visit('vote', 'r2', 1)).status).toBe(201);
  });

  it('of many at once on both instances one passes', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => visit('vote', 'r1', index % 2)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(39);
  });

  it('is per route, and asked for: a check that is not final stays repeatable', async () => {
    for (const route of ['vote', 'next/vote', 'like', 'look', 'look'])
      expect((await visit(route, 'r1')).status).toBe(201);
    expect((await visit('next/vote', 'r1')).status).toBe(403);
  });

  it('holds for a proof that serves a demand without it as well', async () => {
    expect((await visit('twice', 'r1')).status).toBe(201);
    expect((await visit('twice', 'r1')).status).toBe(403);
  });

  it('is per provider: two proofs may read the same', async () => {
    expect((await visit('both', 'same', 0, { 'humanproof-token': 'same' })).status).toBe(201);
  });

  it('goes by the proof, not by the name it was handed in under', async () => {
    stub.reset(reply(200, CHECKIFY.completed('s1')));
    expect((await visit('token', '')).status).toBe(201);
    expect((await visit('token', '')).status).toBe(403);
  });

  it('goes by the token of a login, whichever id is beside it', async () => {
    const login = (ids: object) => visit('login', '', 0, { token_age_verified: 't1', ...ids });
    expect((await login({ device_id: 'd1' })).status).toBe(201);
    expect((await login({ device_id: 'd2' })).status).toBe(403);
    expect((await login({ device_id: 'd1', challenge_id: 'c1' })).status).toBe(403);
  });

  it('a proof is not used up where another demand of the route is not met', async () => {
    const refusing = { 'humanproof-token': 't1' };
    stub.reset((request, response) => {
      (request.path === HUMANPROOF.verify ? reply(200, HUMANPROOF.no()) : yes)(request, response);
    });
    expect((await visit('both', 'r1', 0, refusing)).status).toBe(403);
    stub.reset(yes);
    expect((await visit('both', 'r1', 0, { 'humanproof-token': 't2' })).status).toBe(201);
    // The other proof of a pair of which one is a replay may still pass with a fresh one.
    expect((await visit('both', 'r2', 0, { 'humanproof-token': 't2' })).status).toBe(403);
    expect((await visit('both', 'r2', 0, { 'humanproof-token': 't3' })).status).toBe(201);
  });

  it('a proof that is remembered is remembered for the visitor whom it let through, and for nobody who replays it', async () => {
    expect((await visit('member', 'r1', 0, { visitor: 'ada' })).status).toBe(201);
    expect((await visit('member', 'r1', 1, { visitor: 'bob' })).status).toBe(403);
    expect((await visit('member', '', 1, { visitor: 'bob' })).status).toBe(403);
    expect((await visit('member', '', 1, { visitor: 'ada' })).status).toBe(201);
    expect(stub.seen).toHaveLength(2);
  });

  it('a store that fails between two proofs uses neither up', async () => {
    const setIfAbsent = store.kept.setIfAbsent.bind(store.kept);
    let stored = 0;
    store.kept.setIfAbsent = (...entry) =>
      ++stored === 2 ? Promise.reject(new Error('down')) : setIfAbsent(...entry);
    expect((await visit('both', 'r1', 0, { 'humanproof-token': 't1' })).status).toBe(503);
    expect((await visit('both', 'r1', 0, { 'humanproof-token': 't1' })).status).toBe(201);
  });

  it('a store that fails lets nobody through', async () => {
    store.broken = ['setIfAbsent'];
    expect(await visit('vote', 'r1')).toMatchObject({
      status: 503,
      body: { code: 'verification_unavailable' },
    });
    const lines = instances.flatMap(({ logger }) => logger.lines); // Nest's logger is one for the process
    expect(lines.join('\n')).toContain('the state store failed');
  });

  it('outcomes$ tells of the replay', async () => {
    const events: VerificationEvent[] = [];
    instances[0]?.app.get(VerificationService).outcomes$.subscribe(event => events.push(event));
    await visit('vote', 'r1');
    await visit('vote', 'r1');
    expect(events.at(-1)).toMatchObject({
      outcome: 'rejected',
      provider: 'checkify',
      reason: 'replayed',
      attempts: 0,
    });
  });
});
