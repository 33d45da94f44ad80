import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderUnavailableError, type HttpOptions } from 'nestjs-verification';
import { startServices, type RunningServices } from '../support/services.js';
import { StubServer } from '../support/stub-server.js';
import { verificationOf } from './verifications.js';

const { yes, ask } = verificationOf('humanproof');

describe.each(['axios', 'undici'] as const)('a bulkhead over %s', transport => {
  let stub: StubServer;
  let services: RunningServices;
  let held: ServerResponse[];

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(http: HttpOptions): Promise<void> {
    services = await startServices(stub.url, { http: { transport, breaker: false, retries: 0, ...http } });
    held = [];
    stub.reset((_, response) => held.push(response));
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(resolve => setImmediate(resolve));
  }

  function answer(): void {
    for (const response of held.splice(0)) response.end(JSON.stringify(yes));
  }

  it('lets no more than maxConcurrent requests under way, and the rest one after the other', async () => {
    await start({ maxConcurrent: 3, maxQueue: 100 });
    const asked = Array.from({ length: 10 }, () => ask(services));
    let most = 0;
    for (let left = 10; left > 0; left -= held.splice(0).length) {
      await until(() => held.length >= Math.min(3, left));
      await new Promise(resolve => setImmediate(resolve)); // were there a fourth, it would be here
      most = Math.max(most, held.length);
      for (const response of held) response.end(JSON.stringify(yes));
    }
    await expect(Promise.all(asked)).resolves.toHaveLength(10);
    expect(most).toBe(3);
    expect(stub.openSockets).toBeLessThanOrEqual(3);
  });

  it('turns away at once whom the queue does not hold', async () => {
    await start({ maxConcurrent: 1, maxQueue: 1 });
    const [first, second] = [ask(services), ask(services)];
    const third = await ask(services).catch((error: unknown) => error);
    expect(third).toBeInstanceOf(ProviderUnavailableError);
    expect((third as ProviderUnavailableError).retryAfterMs).toBe(1000);
    await until(() => held.length === 1);
    answer();
    await first;
    await until(() => held.length === 1);
    answer();
    await second;
    expect(stub.seen).toHaveLength(2);
  });

  it('keeps nobody waiting past the deadline', async () => {
    await start({ maxConcurrent: 1, deadlineMs: 60, timeoutMs: 60 });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => ask(services)));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(stub.seen.length).toBeLessThan(5);
  });

  it('has no queue where maxQueue is 0', async () => {
    await start({ maxConcurrent: 1, maxQueue: 0 });
    const first = ask(services);
    await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
    await until(() => held.length === 1);
    answer();
    await expect(first).resolves.toMatchObject({ outcome: 'accepted' });
  });

  it('frees the place of a request that failed', async () => {
    await start({ maxConcurrent: 1, maxQueue: 0, timeoutMs: 40 });
    for (let i = 0; i < 3; i++) await expect(ask(services)).rejects.toThrow('timeout');
    expect(stub.seen).toHaveLength(3);
  });
});
