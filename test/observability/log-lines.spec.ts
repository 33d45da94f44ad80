import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  CheckifyService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerificationService,
  type VerificationEvent,
} from 'nestjs-verification';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type RunningApplication } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { reply, StubServer } from '../support/stub-server.js';

@Controller('pay')
@UseGuards(VerificationGuard)
class PayController {
  @Post()
  @RequireVerification('checkify', { consume: false, once: true })
  pay(): object {
    return {};
  }
}

function traceOf(context: ExecutionContext): string | undefined {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  if (headers['x-trace'] === 'throw') throw new Error('no trace');
  if (headers['x-trace'] === 'reject') return Promise.reject(new Error('no trace')) as never;
  return headers['x-trace'];
}

describe.each(PLATFORMS)('on %s', platform => {
  const store = new FragileStore();
  const events: VerificationEvent[] = [];
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot({ ...optionsFor(stub, { store }), correlationId: traceOf })],
      controllers: [PayController],
    });
    running.app.get(VerificationService).outcomes$.subscribe(event => events.push(event));
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });
  beforeEach(() => {
    stub.reset(yes);
    store.reset();
    events.length = 0;
    running.logger.lines.length = 0;
    running.logger.rejections.length = 0;
  });

  const pay = async (trace?: string): Promise<number> => {
    const response = await fetch(`${running.url}/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(trace === undefined ? {} : { 'x-trace': trace }) },
      body: '{"checkify_token":"r1"}',
    });
    return response.status;
  };

  it.each([
    [
      'an outage',
      reply(503, {}),
      'warn',
      'verification.failed provider=checkify reference=… correlationId=t-1 code=provider_unavailable',
    ],
    [
      'a refused key',
      reply(401, CHECKIFY.error('invalid_token')),
      'error',
      'verification.failed provider=checkify reference=… correlationId=t-1 code=provider_refused',
    ],
    [
      'a malformed request',
      reply(400, CHECKIFY.error('invalid_request_id')),
      'warn',
      'verification.malformed provider=checkify reference=… correlationId=t-1 code=invalid_request_id',
    ],
  ])(
    '%s is a line with a stable event, and names the request as the application does',
    async (_, answer, level, what) => {
      stub.reset(answer);
      await pay('t-1');
      const [line = ''] = running.logger.lines;
      expect(line.startsWith(`${level} `)).toBe(true);
      expect(line.replace(/reference=[\w-]{22}/, 'reference=…')).toContain(`[${what}]`);
    },
  );

  it.each([
    [
      'for missing claims',
      { missing_claims: ['human_verified'] },
      'claim_missing',
      ' missingClaims=human_verified',
    ],
    ['for no documented reason', { reason: 'secret words of the provider' }, 'not_verified', ''],
  ])('a rejection %s is one line without trouble, in our own words', async (_, details, reason, more) => {
    stub.reset(reply(409, CHECKIFY.error('verification_failed', details)));
    expect(await pay('t-1')).toBe(403);
    expect(running.logger.lines).toEqual([]);
    const [line = '', ...others] = running.logger.rejections;
    expect(others).toEqual([]);
    expect(line.replace(/reference=[\w-]{22}/, 'reference=…')).toContain(
      `[verification.rejected provider=checkify reference=… correlationId=t-1 reason=${reason} code=verification_failed${more}]`,
    );
    expect(line).not.toMatch(/secret|r1/);
  });

  it('a replay is a line, too', async () => {
    await pay();
    await pay();
    expect(running.logger.rejections).toEqual([expect.stringContaining('reason=replayed')]);
  });

  it('events name it, too: the acceptance, and the replay', async () => {
    await pay('t-1');
    await pay('t-2');
    expect(events).toMatchObject([
      { outcome: 'accepted', correlationId: 't-1' },
      { outcome: 'accepted', correlationId: 't-2' },
      { outcome: 'rejected', reason: 'replayed', correlationId: 't-2' },
    ]);
  });

  it.each([
    ['none', undefined],
    ['one that throws', 'throw'],
    ['one that rejects', 'reject'],
    ['one with spaces', 'a b'],
    ['one that forges a line', 'a] [verification.failed'],
    ['an endless one', 'x'.repeat(200)],
  ])('a request is served with %s, which is left out', async (_, trace) => {
    expect(await pay(trace)).toBe(201);
    expect(events[0]).not.toHaveProperty('correlationId');
    stub.reset(reply(503, {}));
    await pay(trace);
    expect(running.logger.lines.join('\n')).not.toContain('correlationId');
  });

  it('manual checks can name it', async () => {
    const service = running.app.get(VerificationService);
    await service.verify('checkify', { requestId: 'r2' }, undefined, { correlationId: 'job-1' });
    await running.app.get(CheckifyService).verify({ requestId: 'r3' }, {}, { correlationId: 'job-2' });
    expect(events).toMatchObject([{ correlationId: 'job-1' }, { correlationId: 'job-2' }]);
  });

  it('events tell of each attempt', async () => {
    await pay();
    const timing = { afterMs: expect.any(Number) as unknown, durationMs: expect.any(Number) as unknown };
    expect(events[0]).toMatchObject({ attempts: 1, trail: [{ ...timing, status: 200, fault: undefined }] });
  });
});
