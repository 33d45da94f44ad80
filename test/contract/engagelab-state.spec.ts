import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { InMemoryStateStore, ProviderUnavailableError, type HttpOptions } from 'nestjs-verification';
import { yes } from '../support/answering.js';
import { startServices, type RunningServices } from '../support/services.js';
import { StubServer } from '../support/stub-server.js';

const RIGHT = '123456';

describe('the state of EngageLab OTP', () => {
  let stub: StubServer;
  let services: RunningServices;
  let store: InMemoryStateStore;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(http: HttpOptions = {}): Promise<void> {
    stub.reset(yes);
    store = new InMemoryStateStore();
    services = await startServices(stub.url, { store, http });
  }

  async function guess(to: string, verifyCode: string) {
    const { challengeId } = await services.engagelab.send({ to, templateId: 't' });
    return services.engagelab.verify({ challengeId, verifyCode });
  }

  it.each(['set', 'get', 'increment', 'setIfAbsent', 'delete'] as const)(
    'is an outage when "%s" is never answered',
    async operation => {
      await start({ timeoutMs: 200 });
      jest.spyOn(store, operation).mockReturnValue(new Promise<never>(() => undefined));
      await expect(guess('+4512345678', RIGHT)).rejects.toBeInstanceOf(ProviderUnavailableError);
    },
  );

  it('counts the wrong codes of an e-mail address however it is written', async () => {
    await start();
    for (let i = 0; i < 15; i++) await guess(i % 2 ? 'Ada@Shop.example' : 'ada@shop.EXAMPLE', '000000');
    await expect(guess('ADA@shop.example', '000000')).rejects.toMatchObject({ code: 'recipient_rejected' });
  });
});
