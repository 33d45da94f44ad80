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

  it.each(['set', 'get', 'take', 'setIfAbsent'] as const)(
    'is an outage when "%s" is never answered',
    async operation => {
      await start({ timeoutMs: 200 });
      jest.spyOn(store, operation).mockReturnValue(new Promise<never>(() => undefined));
      await expect(guess('+4512345678', RIGHT)).rejects.toBeInstanceOf(ProviderUnavailableError);
    },
  );
});
