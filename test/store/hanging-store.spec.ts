import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  InMemoryStateStore,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type StateStore,
} from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, send, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('login')
  @RequireVerification('engagelab')
  login(): object {
    return {};
  }

  @Post('vote')
  @RequireVerification('checkify', { consume: false, once: true })
  @RequireVerification('humanproof', { once: true })
  vote(): object {
    return {};
  }

  @Post('enter')
  @RequireVerification('humanproof', { remember: { for: '30m', subject: () => 'ada' } })
  enter(): object {
    return {};
  }
}

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A store that does not answer when something is to be undone, or a receipt written. */
class HangingStore extends InMemoryStateStore {
  override take(...[bucket, count]: Parameters<StateStore['take']>): Promise<number> {
    return count === -1 ? never() : super.take(bucket, count);
  }
  override delete(): Promise<void> {
    return never();
  }
  override putUnlessCleared(): Promise<void> {
    return never();
  }
}

// The store may take longer than a test; only the deadline can end it.
describe('a request is answered by its deadline, although the store does not answer', () => {
  let stub: StubServer;
  let running: RunningApplication;
  let timers: jest.SpiedFunction<typeof setTimeout>;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(async () => {
    stub.reset(yes);
    timers = jest.spyOn(globalThis, 'setTimeout');
    const http = { timeoutMs: 60_000, deadlineMs: 500, retries: 0, breaker: false } as const;
    running = await boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub, { http, store: new HangingStore() }))],
      controllers: [ShopController],
    });
  });
  afterEach(async () => {
    await running.app.close();
    const started = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
    timers.mockRestore();
    expect(started.filter(timer => timer.hasRef()).length).toBe(0); // what still waits for the store holds no process
  });
  afterAll(() => stub.stop());

  const post = async (route: string, body: object): Promise<number> =>
    (await send(`${running.url}/${route}`, body)).status;

  it('and a guess that reached nobody is to be given back', async () => {
    const { challengeId } = await running.app
      .get(EngageLabOtpService)
      .send({ to: '+4512345678', templateId: 't' });
    await stub.stop();
    expect(await post('login', { challenge_id: challengeId, verify_code: '123456' })).toBe(503);
    stub = await StubServer.start();
  });

  it('and a proof that did not pass is to be taken back', async () => {
    const proofs = (checkify: string): object => ({ checkify_token: checkify, 'humanproof-token': 'used' });
    expect(await post('vote', proofs('r1'))).toBe(201);
    expect(await post('vote', proofs('r2'))).toBe(403);
  });

  it('and a receipt is to be written', async () => {
    expect(await post('enter', { 'humanproof-token': 'p1' })).toBe(201);
  });
});
