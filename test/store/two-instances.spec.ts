import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  Verified,
  type AcceptedVerdict,
} from 'nestjs-verification';
import { RedisStateStore, type RedisClient } from 'nestjs-verification/redis';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, type Platform, type RunningApplication } from '../support/application.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { StubServer } from '../support/stub-server.js';
import { until } from '../support/until.js';

const subject = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['x-visitor'];

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('login')
  @RequireVerification('engagelab', { purpose: 'login' })
  login(@Verified() { claims }: AcceptedVerdict): object {
    return { claims };
  }

  @Post('adult')
  @RequireVerification('checkify', { claims: ['age_over_18'], remember: { for: '30m', subject } })
  adult(@Verified() { remembered = false }: AcceptedVerdict): object {
    return { remembered };
  }

  @Post('vote')
  @RequireVerification('checkify', { consume: false, once: true })
  vote(): object {
    return {};
  }
}

/** How each of the two clients is opened, and closed again; each serves one of the platforms. */
const CLIENTS: readonly [
  string,
  Platform,
  (url: string) => Promise<{ client: RedisClient; close: () => void }>,
][] = [
  [
    'ioredis',
    'express',
    url => {
      const client = new Redis(url, {
        enableOfflineQueue: true,
        maxRetriesPerRequest: 1,
        retryStrategy: () => 20,
      });
      client.on('error', () => undefined);
      const close = (): void => {
        client.disconnect();
      };
      return Promise.resolve({ client, close });
    },
  ],
  [
    'node-redis',
    'fastify',
    async url => {
      const client = createClient({
        url,
        disableOfflineQueue: true,
        socket: { reconnectStrategy: () => 20 },
      });
      client.on('error', () => undefined);
      await client.connect();
      const close = (): void => {
        client.destroy();
      };
      return { client, close };
    },
  ],
];

describeWithRedis('two instances on one Redis', () => {
  let redis: RedisServer;
  let stub: StubServer;

  beforeAll(async () => {
    [redis, stub] = [await RedisServer.start(), await StubServer.start()];
  });
  afterAll(async () => {
    await Promise.all([redis.stop(), stub.stop()]);
  });

  describe.each(CLIENTS)('through %s on %s', (_, platform, open) => {
    let instances: RunningApplication[];
    const closing: (() => void)[] = [];

    beforeAll(async () => {
      const start = async (): Promise<RunningApplication> => {
        const { client, close } = await open(redis.url);
        closing.push(close);
        const keyPrefix = `${platform}:`;
        const options = optionsFor(stub, { store: new RedisStateStore(client, { keyPrefix }) });
        return boot(platform, {
          imports: [
            VerificationModule.forRoot({
              ...options,
              http: { retries: 0, breaker: false, timeoutMs: 5000 },
            }),
          ],
          controllers: [ShopController],
        });
      };
      instances = [await start(), await start()];
    });
    afterAll(async () => {
      await Promise.all(instances.map(({ app }) => app.close()));
      for (const close of closing.splice(0)) close();
    });
    beforeEach(() => {
      stub.reset(yes);
    });

    const visit = async (
      index: number,
      route: string,
      body: object,
      visitor = 'ada',
    ): Promise<{ status: number; body: unknown }> => {
      const response = await fetch(`${instances[index % 2]?.url ?? ''}/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-visitor': visitor },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    };
    const many = (count: number, route: string, body: object): Promise<readonly { status: number }[]> =>
      Promise.all(Array.from({ length: count }, (__, index) => visit(index, route, body)));

    it('a code that one sent is verified by the other, and guesses are counted across both', async () => {
      const otp = instances[0]!.app.get(EngageLabOtpService);
      const { challengeId } = await otp.send({ to: '+4512345678', templateId: 't', purpose: 'login' });
      await many(40, 'login', { challenge_id: challengeId, verify_code: '000000' });
      expect(paths(stub).filter(path => path === '/v1/verifications')).toHaveLength(5);

      const fresh = await otp.send({ to: '+4512345678', templateId: 't', purpose: 'login' });
      const right = { challenge_id: fresh.challengeId, verify_code: '123456' };
      expect((await visit(1, 'login', right)).status).toBe(201);
      expect((await visit(0, 'login', right)).status).toBe(403);
    });

    it('an acceptance on one is remembered, and forgotten, on the other', async () => {
      expect((await visit(0, 'adult', { checkify_token: 'r1' })).status).toBe(201);
      expect(await visit(1, 'adult', {})).toEqual({ status: 201, body: { remembered: true } });
      expect((await visit(1, 'adult', {}, 'bob')).status).toBe(403);
      await instances[1]!.app.get(VerificationService).forget('ada');
      expect((await visit(0, 'adult', {})).status).toBe(403);
    });

    it('of many with one proof at once, one passes a route that lets it through once', async () => {
      const answers = await many(40, 'vote', { checkify_token: 'r1' });
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(39).fill(403)]);
    });

    it('while Redis is gone everybody is refused, and served again when it is back', async () => {
      await visit(0, 'adult', { checkify_token: 'r1' });
      await redis.kill();
      try {
        const asked = stub.seen.length;
        for (const [route, body] of [
          ['adult', {}],
          ['adult', { checkify_token: 'r2' }],
          ['login', { challenge_id: 'c1', verify_code: '123456' }],
        ] as const) {
          expect((await visit(0, route, body)).status).toBe(503);
        }
        expect(stub.seen).toHaveLength(asked); // no proof was spent
        expect((await visit(0, 'vote', { checkify_token: 'r3' })).status).toBe(503);
      } finally {
        await redis.restart();
      }
      await until(async () => (await visit(0, 'adult', { checkify_token: 'r4' })).status === 201);
      await until(async () => (await visit(1, 'adult', {})).status === 201);
    });
  });
});
