import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { yes } from '../support/answering.js';
import { startServices, type RunningServices } from '../support/services.js';
import { StubServer } from '../support/stub.server.js';

describe('the state of EngageLab OTP', () => {
  let stub: StubServer;
  let services: RunningServices;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(): Promise<void> {
    stub.reset(yes);
    services = await startServices(stub.url);
  }

  async function guess(to: string, verifyCode: string) {
    const { challengeId } = await services.engagelab.send({ to, templateId: 't' });
    return services.engagelab.verify({ challengeId, verifyCode });
  }

  it('counts the wrong codes of an e-mail address however it is written', async () => {
    await start();
    for (let i = 0; i < 15; i++) await guess(i % 2 ? 'Ada@Shop.example' : 'ada@shop.EXAMPLE', '000000');
    await expect(guess('ADA@shop.example', '000000')).rejects.toMatchObject({ code: 'recipient_rejected' });
  });
});
