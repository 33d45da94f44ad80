import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ProviderUnavailableError,
  VerificationService,
  type HttpOptions,
  type VerificationEvent,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { startServices, type RunningServices } from '../support/services.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { VERIFICATIONS, verificationOf } from './verifications.js';

const garbage = (status: number): Script => reply(status, '<html>'.repeat(20_000));

const OUTAGES: readonly [string, Script][] = [
  ['500', reply(500, {})],
  ['a reset connection', (_, response) => response.destroy()],
  ['no answer in time', () => undefined],
  ['a 200 that is no JSON', reply(200, '<html>')],
  ['an endless 200', garbage(200)],
];

const PROVOKED: readonly [string, Script][] = [
  ['400 with a page', reply(400, '<html>')],
  ['403 with an endless page', garbage(403)],
  ['401', reply(401, CHECKIFY.error('invalid_token'))],
  ['404 that means nothing', reply(404, {})],
  ['422', reply(422, HUMANPROOF.no('Validation'))],
  ['429', reply(429, {})],
  ['a 200 that contradicts itself', reply(200, { success: 'true', age: 'old', verified: 1 })],
];

describe('a breaker at the door', () => {
  let stub: StubServer;
  let services: RunningServices;
  let events: VerificationEvent[];

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(http: HttpOptions = {}): Promise<void> {
    services = await startServices(stub.url, {
      http: { retries: 0, timeoutMs: 40, breaker: { failures: 3, coolDownMs: 60_000 }, ...http },
    });
    events = [];
    services.module.get(VerificationService).outcomes$.subscribe(event => events.push(event));
  }

  async function ask(provider: string, times: number): Promise<void> {
    for (let i = 0; i < times; i++)
      await verificationOf(provider)
        .ask(services)
        .catch(() => undefined);
  }

  it.each(OUTAGES)('opens on %s', async (_, outage) => {
    await start();
    stub.reset(outage);
    await ask('verifyid', 6);
    const attempts = events.flatMap(event => (event.outcome === 'failed' ? [event.attempts] : []));
    expect(attempts).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it.each(PROVOKED)('stays closed on %s, which anybody can provoke', async (_, provoked) => {
    await start({ timeoutMs: 1000 });
    for (const { provider } of VERIFICATIONS) {
      stub.reset(provoked);
      await ask(provider, 5);
      expect([provider, stub.seen.length]).toEqual([provider, 5]);
    }
  });

  it('answers at once while it is open, and says when to come back', async () => {
    await start();
    stub.reset(reply(500, {}));
    await ask('humanproof', 3);
    const error = await verificationOf('humanproof')
      .ask(services)
      .catch((thrown: unknown) => thrown as ProviderUnavailableError);
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    const { retryAfterMs } = error as ProviderUnavailableError;
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(events.at(-1)).toMatchObject({ outcome: 'failed', attempts: 0 });
  });

  it('leaves the other providers alone', async () => {
    await start();
    stub.reset(reply(500, {}));
    await ask('humanproof', 3);
    stub.reset(reply(200, verificationOf('verifyid').yes));
    expect(await verificationOf('verifyid').ask(services)).toMatchObject({ outcome: 'accepted' });
  });

  it('tells of its changes once, in the log and in outcomes$', async () => {
    await start({ breaker: { failures: 3, coolDownMs: 1 } });
    stub.reset(reply(500, {}));
    await ask('humanproof', 3);
    stub.reset(reply(200, HUMANPROOF.yes));
    let accepted = false;
    while (!accepted) {
      accepted = await verificationOf('humanproof')
        .ask(services)
        .then(
          () => true,
          () => false,
        );
    }
    const states = events.flatMap(event => (event.outcome === 'breaker' ? [event.state] : []));
    expect(states).toEqual(['open', 'half_open', 'closed']);
    const lines = services.logger.lines.filter(line => line.includes('breaker'));
    expect(lines).toEqual([expect.stringContaining('opens'), expect.stringContaining('closes')]);
  });

  it('can be turned off', async () => {
    await start({ breaker: false });
    stub.reset(reply(500, {}));
    await ask('humanproof', 8);
    expect(stub.seen).toHaveLength(8);
  });

  describe('at a provider that answers 500 to one kind of token', () => {
    const isOdd = (body: string): boolean => body.includes('odd');
    let under = 0;
    let most = 0;
    let count = 0;
    const humanproof = (kind: string) =>
      services.humanproof.verify({ token: `${kind}-${String(count++)}` }).then(
        ({ outcome }) => outcome,
        () => 'failed',
      );

    async function play(http: HttpOptions = {}): Promise<void> {
      await start({ timeoutMs: 2000, ...http });
      under = most = 0;
      stub.reset(({ body }, response) => {
        most = Math.max(most, ++under);
        setImmediate(() => {
          under--;
          response.writeHead(isOdd(body) ? 500 : 200).end(JSON.stringify(HUMANPROOF.yes));
        });
      });
    }

    it('lets good tokens pass under attack', async () => {
      await play();
      let attacking = true;
      const attack = Array.from({ length: 4 }, async () => {
        while (attacking) {
          await humanproof('odd');
          await new Promise(resolve => setImmediate(resolve));
        }
      });
      const good: string[] = [];
      for (let i = 0; i < 30; i++) good.push(await humanproof('good'));
      attacking = false;
      await Promise.all(attack);
      expect(good).toEqual(Array(30).fill('accepted'));
      expect(events.filter(event => event.outcome === 'breaker').length).toBeGreaterThan(0);
    });

    it('asks one at a time while it is open', async () => {
      await play();
      for (let i = 0; i < 3; i++) await humanproof('odd');
      most = 0;
      await Promise.all(Array.from({ length: 20 }, () => humanproof('odd')));
      expect(most).toBe(1);
      expect(stub.seen).toHaveLength(23);
      expect(events.filter(event => event.outcome === 'breaker')).toHaveLength(1);
    });

    it('keeps nobody waiting for a turn that does not come', async () => {
      await play();
      for (let i = 0; i < 3; i++) await humanproof('odd');
      stub.reset(() => undefined);
      const outcomes = await Promise.all(Array.from({ length: 150 }, () => humanproof('good')));
      expect(new Set(outcomes)).toEqual(new Set(['failed']));
      expect(stub.seen).toHaveLength(1);
    });
  });
});
