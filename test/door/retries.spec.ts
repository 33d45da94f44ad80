import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  ProviderRateLimitedError,
  ProviderUnavailableError,
  VerificationService,
  type HttpOptions,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { paths, yes } from '../support/answering.js';
import { startServices, type RunningServices } from '../support/services.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { until } from '../support/until.js';
import { VERIFICATIONS, verificationOf } from './verifications.js';

const TRANSPORTS = ['axios', 'undici'] as const;

/** Plays one script per request of a provider. The last script repeats. */
function inTurn(...scripts: readonly Script[]): Script {
  const turns = new Map<string, number>();
  return (request, response) => {
    const turn = turns.get(request.path) ?? 0;
    turns.set(request.path, turn + 1);
    scripts[Math.min(turn, scripts.length - 1)]!(request, response);
  };
}

const reset: Script = (_, response) => response.destroy();
const stall: Script = () => undefined;

describe.each(TRANSPORTS)('retries over %s', transport => {
  let stub: StubServer;
  let services: RunningServices;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(http: HttpOptions = {}): Promise<void> {
    services = await startServices(stub.url, { http: { transport, breaker: false, ...http } });
  }

  const LOST: readonly [string, Script][] = [
    ['500', reply(500, {})],
    ['503', reply(503, 'down')],
    ['a reset connection', reset],
    ['no answer in time', stall],
  ];

  describe.each(LOST)('after %s', (_, lost) => {
    // Long enough that no attempt of a loaded machine times out before it is sent.
    const http = lost === stall ? { timeoutMs: 400 } : {};

    it('Checkify is asked again, because a repeat can only turn into a no', async () => {
      await start(http);
      stub.reset(inTurn(lost, yes));
      expect(await verificationOf('checkify').ask(services)).toMatchObject({ outcome: 'accepted' });
      expect(stub.seen).toHaveLength(2);
    });

    it('the others are not asked again, because the evidence may be spent', async () => {
      await start(http);
      const others = VERIFICATIONS.filter(({ provider }) => provider !== 'checkify');
      stub.reset(inTurn(lost, yes));
      const errors = await Promise.all(
        others.map(({ ask }) => ask(services).catch((error: unknown) => error)),
      );
      for (const error of errors) expect(error).toBeInstanceOf(ProviderUnavailableError);
      expect(new Set(paths(stub)).size).toBe(others.length);
      expect(stub.seen).toHaveLength(others.length);
    });
  });

  it('every provider is asked again after 429', async () => {
    await start();
    stub.reset(inTurn(reply(429, {}), yes));
    const verdicts = await Promise.all(VERIFICATIONS.map(({ ask }) => ask(services)));
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(Array(VERIFICATIONS.length).fill('accepted'));
    expect(stub.seen).toHaveLength(2 * VERIFICATIONS.length);
  });

  it('every provider is asked again when no connection was made', async () => {
    const closed = createServer();
    await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((closed.address() as AddressInfo).port)}`;
    await new Promise(resolve => closed.close(resolve));
    services = await startServices(url, { http: { transport, breaker: false } });
    const attempts: number[] = [];
    services.module.get(VerificationService).outcomes$.subscribe(event => {
      if (event.outcome === 'failed') attempts.push(event.attempts);
    });
    await Promise.allSettled(VERIFICATIONS.map(({ ask }) => ask(services)));
    expect(attempts).toEqual(Array(VERIFICATIONS.length).fill(3));
  });
});

describe('retries', () => {
  let stub: StubServer;
  let services: RunningServices;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(http: HttpOptions = {}): Promise<void> {
    services = await startServices(stub.url, { http: { breaker: false, ...http } });
  }

  it.each([
    ['retries: 0', { retries: 0 }, 1],
    ['retries: 1', { retries: 1 }, 2],
    ['the default', {}, 3],
  ])('%s bounds the requests', async (_, http, requests) => {
    await start(http);
    stub.reset(reply(500, {}));
    await expect(verificationOf('checkify').ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(stub.seen).toHaveLength(requests);
  });

  it.each([
    ['seconds', () => '3600'],
    ['a date', () => new Date(Date.now() + 3_600_000).toUTCString()],
  ])('Retry-After as %s is passed on at once when it does not fit', async (_, value) => {
    await start();
    stub.reset(reply(429, {}, { 'retry-after': value() }));
    const error = await verificationOf('humanproof')
      .ask(services)
      .catch((thrown: unknown) => thrown as ProviderRateLimitedError);
    expect(error).toBeInstanceOf(ProviderRateLimitedError);
    const { retryAfterMs } = error as ProviderRateLimitedError;
    expect(retryAfterMs).toBeGreaterThan(3_590_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
    expect(stub.seen).toHaveLength(1);
  });

  it('a Retry-After that is neither is ignored', async () => {
    await start({ retries: 0 });
    stub.reset(reply(429, {}, { 'retry-after': 'soon' }));
    const error = await verificationOf('humanproof')
      .ask(services)
      .catch((thrown: unknown) => thrown as ProviderRateLimitedError);
    expect((error as ProviderRateLimitedError).retryAfterMs).toBeUndefined();
  });

  it('Retry-After in seconds is waited for when it fits the deadline, and keeps the process of a script alive', async () => {
    await start();
    stub.reset(inTurn(reply(429, {}, { 'retry-after': '1' }), yes));
    const timers = jest.spyOn(globalThis, 'setTimeout');
    try {
      const startedAt = performance.now();
      const asked = verificationOf('humanproof').ask(services);
      const waits = (): number => timers.mock.calls.findIndex(([, ms]) => ms === 1000);
      await until(() => waits() >= 0);
      expect((timers.mock.results[waits()]!.value as NodeJS.Timeout).hasRef()).toBe(true);
      expect(await asked).toMatchObject({ outcome: 'accepted' });
      expect(performance.now() - startedAt).toBeGreaterThan(990);
    } finally {
      timers.mockRestore();
    }
  });

  it('nothing is asked past the deadline', async () => {
    await start({ timeoutMs: 100, deadlineMs: 150, retries: 10 });
    stub.reset(stall);
    const startedAt = performance.now();
    await expect(verificationOf('checkify').ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(stub.seen.length).toBeLessThanOrEqual(2);
  });

  it('a rejection after a lost answer stays a rejection, and says that the first try may have been the yes', async () => {
    await start();
    const consumed = CHECKIFY.error('verification_failed', { reason: 'already_consumed' });
    stub.reset(inTurn(reset, reply(409, consumed)));
    expect(await verificationOf('checkify').ask(services)).toMatchObject({
      outcome: 'rejected',
      reason: 'replayed',
      details: { indeterminate: true },
    });
  });

  it('a rejection after 429 is an ordinary one', async () => {
    await start();
    const consumed = CHECKIFY.error('verification_failed', { reason: 'already_consumed' });
    stub.reset(inTurn(reply(429, {}), reply(409, consumed)));
    const verdict = await verificationOf('checkify').ask(services);
    expect(verdict).toMatchObject({ outcome: 'rejected', reason: 'replayed' });
    expect(verdict).not.toHaveProperty('details.indeterminate');
  });

  it('no answer is asked for again: a no stays a no', async () => {
    await start();
    stub.reset(reply(200, HUMANPROOF.no()));
    expect(await verificationOf('humanproof').ask(services)).toMatchObject({ outcome: 'rejected' });
    expect(stub.seen).toHaveLength(1);
  });

  it('a code is never sent twice', async () => {
    await start();
    stub.reset(reset);
    const sent = services.engagelab.send({ to: '+4520123456', templateId: 't' });
    await expect(sent).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(stub.seen).toHaveLength(1);
  });
});
