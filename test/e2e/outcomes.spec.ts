import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  CheckifyService,
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  type VerificationEvent,
} from 'nestjs-verification';
import type { Subscription } from 'rxjs';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub-server.js';

@Controller('pay')
@UseGuards(VerificationGuard)
class PayController {
  @Post()
  @RequireVerification('checkify', { claims: ['age_over_18'], fields: ['country'] })
  pay(): string {
    return 'paid';
  }
}

const EVIDENCE = 'evidence-of-a-person';

describe.each(PLATFORMS)('%s', platform => {
  let stub: StubServer;
  let running: RunningApplication;
  let events: Exclude<VerificationEvent, { outcome: 'breaker' }>[];
  let subscription: Subscription;
  const keep = (event: VerificationEvent): void => {
    if (event.outcome !== 'breaker') events.push(event);
  };

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [PayController],
    });
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    stub.reset(yes);
    events = [];
    subscription = running.app.get(VerificationService).outcomes$.subscribe(keep);
  });
  afterEach(() => {
    subscription.unsubscribe();
  });

  const common = {
    provider: 'checkify',
    durationMs: expect.any(Number),
    attempts: 1,
    trail: [
      {
        afterMs: expect.any(Number),
        durationMs: expect.any(Number),
        status: expect.any(Number),
        fault: undefined,
      },
    ],
    reference: expect.stringMatching(/^[\w-]{22}$/),
  };
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['a guard', () => send(`${running.url}/pay`, { checkify_token: EVIDENCE })],
    [
      'a check by name',
      () =>
        running.app
          .get(VerificationService)
          .verify('checkify', { requestId: EVIDENCE }, { claims: ['age_over_18'], fields: ['country'] })
          .catch(() => undefined),
    ],
    [
      'a check of the service',
      () =>
        running.app
          .get(CheckifyService)
          .verifyAge(EVIDENCE, 18, { fields: ['country'] })
          .catch(() => undefined),
    ],
  ];

  describe.each(ways)('one event tells what came of %s', (_, check) => {
    it('a yes, with its claims and the signed record', async () => {
      await check();
      expect(events).toEqual([
        {
          ...common,
          outcome: 'accepted',
          claims: ['age_over_18'],
          signedResult: CHECKIFY.completed(EVIDENCE).signed_result,
        },
      ]);
    });

    it('a no, with its reason', async () => {
      stub.reset(reply(404, CHECKIFY.error('result_not_found', undefined, EVIDENCE)));
      await check();
      expect(events).toEqual([
        { ...common, outcome: 'rejected', reason: 'unknown_evidence', details: { code: 'result_not_found' } },
      ]);
    });

    it('a failure, with the code of the error', async () => {
      stub.reset(reply(503, EVIDENCE));
      await check();
      expect(events).toEqual([{ ...common, outcome: 'failed', reason: 'provider_unavailable' }]);
    });

    it('never the evidence, nor a credential', async () => {
      await check();
      stub.script = reply(500, EVIDENCE);
      await check();
      expect(events).toHaveLength(2);
      expect(JSON.stringify(events)).not.toMatch(/evidence-of-a-person|csk_test_key/);
    });
  });

  it('an event of a check that uses nothing up names no session: it would be a live proof', async () => {
    await running.app.get(CheckifyService).verifyHuman(EVIDENCE, { consume: false });
    expect(events).toMatchObject([{ outcome: 'accepted' }]);
    expect(events[0]).not.toHaveProperty('signedResult');
  });

  it('the same evidence has the same reference, in verdicts and events', async () => {
    const service = running.app.get(CheckifyService);
    const first = await service.verifyHuman(EVIDENCE);
    stub.script = reply(409, CHECKIFY.error('verification_failed'));
    await service.verifyHuman(EVIDENCE);
    await service.verifyHuman('other');
    const [one, two, three] = events.map(({ reference }) => reference);
    expect(one).toBe(first.reference);
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  it('nothing was asked, nothing is told: missing evidence is no event', async () => {
    await send(`${running.url}/pay`, {});
    expect(events).toEqual([]);
  });

  it('a refusal without a call counts no attempt', async () => {
    await running.app.get(EngageLabOtpService).verify({ challengeId: 'unknown', verifyCode: '123456' });
    expect(events).toMatchObject([
      { provider: 'engagelab', outcome: 'rejected', reason: 'unknown_evidence', attempts: 0 },
    ]);
  });

  it('who begins to listen during a call hears a duration, not a time of day', async () => {
    subscription.unsubscribe();
    stub.script = (request, response) => {
      subscription = running.app.get(VerificationService).outcomes$.subscribe(keep);
      yes(request, response);
    };
    const startedAt = performance.now();
    await send(`${running.url}/pay`, { checkify_token: EVIDENCE });
    for (const { durationMs } of events)
      expect(durationMs).toBeLessThanOrEqual(performance.now() - startedAt);
  });

  it('who begins to listen during a call hears what an event keeps for audit', async () => {
    subscription.unsubscribe();
    stub.script = (request, response) => {
      subscription = running.app.get(VerificationService).outcomes$.subscribe(keep);
      yes(request, response);
    };
    await send(`${running.url}/pay`, { checkify_token: EVIDENCE });
    expect(events).toMatchObject([{ signedResult: CHECKIFY.completed(EVIDENCE).signed_result }]);
  });

  it('nobody has to listen', async () => {
    subscription.unsubscribe();
    expect(await send(`${running.url}/pay`, { checkify_token: EVIDENCE })).toMatchObject({ status: 201 });
  });
});
