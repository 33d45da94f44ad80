import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  type VerificationEvent,
} from 'nestjs-verification';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { optionsFor, yes } from '../support/answering.js';
import { boot, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { until } from '../support/until.js';

function visitor(context: ExecutionContext): string | undefined {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  return headers['x-visitor'];
}
const remember = { for: '30m', subject: visitor } as const;

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Get('return')
  @RequireVerification('verifyid', { claims: ['age_over_18'], remember })
  back(): object {
    return {};
  }

  @Get('forgetful')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  forgetful(): object {
    return {};
  }

  @Get('mixed')
  @RequireVerification('verifyid', { claims: ['age_over_18'], remember })
  @RequireVerification('verifyid', { claims: ['age_over_16'] })
  mixed(): object {
    return {};
  }

  @Get('once')
  @RequireVerification('checkify', { consume: false, once: true, remember })
  once(): object {
    return {};
  }
}

describe('two requests of one visitor at the same moment', () => {
  const store = new FragileStore();
  let stub: StubServer;
  let instances: RunningApplication[];

  beforeAll(async () => {
    stub = await StubServer.start();
    const start = (): Promise<RunningApplication> =>
      boot('express', {
        imports: [VerificationModule.forRoot(optionsFor(stub, { store }))],
        controllers: [ShopController],
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

  const visit = async (route: string, instance = 0, name = 'ada', token = 't1'): Promise<number> => {
    const query = `token_age_verified=${token}&device_id=d1&checkify_request_id=${token}`;
    const url = `${instances[instance]?.url ?? ''}/${route}?${query}`;
    return (await fetch(url, { headers: { 'x-visitor': name } })).status;
  };

  /** Holds the first answer until `others` more were refused: the provider accepts a token once. */
  const acceptOnce = (others: number): Script => {
    let release: (() => void) | undefined;
    let refused = 0;
    return (request, response) => {
      if (release === undefined) {
        release = () => {
          yes(request, response);
        };
        return;
      }
      reply(404, VERIFYID.no)(request, response);
      void once(response, 'finish').then(() => {
        if (++refused === others) release?.();
      });
    };
  };
  /** Holds every answer until the test releases it. */
  const held = (answer: Script): { readonly script: Script; release: () => void } => {
    const waiting: (() => void)[] = [];
    const script: Script = (request, response) => {
      waiting.push(() => {
        answer(request, response);
      });
    };
    return {
      script,
      release: () => {
        waiting.splice(0).forEach(each => {
          each();
        });
      },
    };
  };

  it('share one call in one process', async () => {
    const events: VerificationEvent[] = [];
    const told = instances[0]!.app.get(VerificationService).outcomes$.subscribe(event => events.push(event));
    const { script, release } = held(yes);
    stub.reset(script);
    const both = Promise.all([visit('return'), visit('return'), visit('return')]);
    await until(() => store.keys.length >= 6); // each has looked for a receipt
    await until(() => stub.seen.length > 0);
    release();
    expect(await both).toEqual([200, 200, 200]);
    told.unsubscribe();
    expect(stub.seen).toHaveLength(1);
    expect(events.map(event => 'attempts' in event && event.attempts).sort()).toEqual([0, 0, 1]);
  });

  it('share a rejection and an outage as well', async () => {
    for (const [answer, status] of [
      [reply(404, VERIFYID.no), 403],
      [reply(500, {}), 503],
    ] as const) {
      store.reset();
      const { script, release } = held(answer);
      stub.reset(script);
      const both = Promise.all([visit('return'), visit('return')]);
      await until(() => store.keys.length >= 4);
      await until(() => stub.seen.length > 0);
      release();
      expect(await both).toEqual([status, status]);
      expect(stub.seen).toHaveLength(1);
    }
  });

  it('share nothing with another visitor or another proof', async () => {
    const { script, release } = held(yes);
    stub.reset(script);
    const all = Promise.all([visit('return'), visit('return', 0, 'bob'), visit('return', 0, 'ada', 't2')]);
    await until(() => stub.seen.length === 3);
    release();
    expect(await all).toEqual([200, 200, 200]);
  });

  it.each(['forgetful', 'mixed'])('stay two calls without remember: %s', async route => {
    stub.reset(acceptOnce(1));
    expect((await Promise.all([visit(route), visit(route)])).sort()).toEqual([200, 403]);
    expect(stub.seen).toHaveLength(2);
  });

  it('both pass on two instances, though the provider refuses the second first', async () => {
    stub.reset(acceptOnce(1));
    expect(await Promise.all([visit('return'), visit('return', 1)])).toEqual([200, 200]);
    expect(stub.seen).toHaveLength(2);
  });

  it('both pass on two instances where the receipt is written when the provider refuses', async () => {
    let first: Promise<number> | undefined;
    stub.reset((request, response) => {
      if (first !== undefined) {
        yes(request, response);
        return;
      }
      first = visit('return', 1);
      void first.then(() => {
        reply(404, VERIFYID.no)(request, response);
      });
    });
    expect(await visit('return')).toBe(200);
    expect(await first).toBe(200);
  });

  it('both pass a route that lets a proof through once', async () => {
    const statuses = await Promise.all([visit('once'), visit('once', 1)]);
    expect(statuses).toEqual([200, 200]);
    expect(await visit('once', 1, 'bob')).toBe(403);
  });

  it('both pass with less time left than the other would get to write its receipt', async () => {
    const hasty = await boot('express', {
      imports: [
        VerificationModule.forRoot(
          optionsFor(stub, { store, http: { retries: 0, breaker: false, deadlineMs: 190 } }),
        ),
      ],
      controllers: [ShopController],
    });
    instances.push(hasty);
    const [early] = instances;
    stub.reset((request, response) => {
      stub.script = yes;
      void fetch(`${early?.url ?? ''}/return?token_age_verified=t1&device_id=d1`, {
        headers: { 'x-visitor': 'ada' },
      }).then(() => {
        reply(404, VERIFYID.no)(request, response);
      });
    });
    expect(await visit('return', 2)).toBe(200);
  });

  it('a rejection stays one: of another visitor, and where the store fails meanwhile', async () => {
    stub.reset(reply(404, VERIFYID.no));
    expect(await visit('return')).toBe(403);
    stub.reset((request, response) => {
      store.broken = ['get'];
      reply(404, VERIFYID.no)(request, response);
    });
    expect(await visit('return')).toBe(403);
  });
});
