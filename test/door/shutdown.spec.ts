import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderUnavailableError } from 'nestjs-verification';
import { startServices } from '../support/services.js';
import { reply, StubServer } from '../support/stub.server.js';
import { verificationOf } from './verifications.js';

const { yes, ask } = verificationOf('humanproof');

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
    while (stub.openSockets > 0) await new Promise(resolve => setImmediate(resolve));
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
    while (stub.openSockets > 0) await new Promise(resolve => setImmediate(resolve));
  });
});
