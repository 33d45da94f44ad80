import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderUnavailableError } from 'nestjs-verification';
import { startServices } from '../support/services.js';
import { reply, StubServer } from '../support/stub-server.js';
import { verificationOf } from './verifications.js';

const { yes, ask } = verificationOf('humanproof');

/** Well before a kept-alive socket would end by itself. */
async function socketsClosed(stub: StubServer): Promise<void> {
  const until = performance.now() + 2000;
  while (stub.openSockets > 0 && performance.now() < until)
    await new Promise(resolve => setImmediate(resolve));
  expect(stub.openSockets).toBe(0);
}

it('an answered verification leaves no timer that would keep the process of a script alive', async () => {
  const stub = await StubServer.start();
  const services = await startServices(stub.url, { http: { timeoutMs: 60_000 } });
  const timers = (): number => process.getActiveResourcesInfo().filter(each => each === 'Timeout').length;
  stub.reset(reply(200, yes));
  const before = timers();
  expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
  expect(timers()).toBeLessThanOrEqual(before);
  await services.module.close();
  await stub.stop();
});

describe.each(['axios', 'undici'] as const)('when the application closes, over %s', transport => {
  let stub: StubServer;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterAll(() => stub.stop());

  it('a verification under way still gets its answer, and the sockets close', async () => {
    const { module, ...services } = await startServices(stub.url, { http: { transport } });
    let release: () => void = () => undefined;
    const arrived = new Promise<void>(resolve => {
      stub.reset((request, response) => {
        release = () => {
          reply(200, yes)(request, response);
        };
        resolve();
      });
    });
    const asked = ask({ module, ...services });
    await arrived;
    const closed = module.close();
    release();
    expect(await asked).toMatchObject({ outcome: 'accepted' });
    await closed;
    await socketsClosed(stub);
  });

  it('a verification that is never answered ends at its deadline', async () => {
    const services = await startServices(stub.url, {
      http: { transport, timeoutMs: 60, deadlineMs: 60, retries: 0 },
    });
    stub.reset(() => undefined);
    const asked = ask(services).catch((error: unknown) => error);
    while (stub.seen.length === 0) await new Promise(resolve => setImmediate(resolve));
    await services.module.close();
    expect(await asked).toBeInstanceOf(ProviderUnavailableError);
    await socketsClosed(stub);
  });
});
