import { afterAll, beforeAll, expect, it, describe } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import {
  RequireVerification,
  Verified,
  VerificationGuard,
  VerificationModule,
  type CheckifyVerdict,
} from 'nestjs-verification';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';
import { reply, StubServer } from '../support/stub.server.js';

@Controller('checkout')
@UseGuards(VerificationGuard)
class CheckoutController {
  @Post()
  @RequireVerification('checkify', { claims: ['age_over_18'] })
  pay(@Verified() verified: CheckifyVerdict): unknown {
    return verified;
  }
}

describe.each(PLATFORMS)('%s', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [
        VerificationModule.forRoot({
          http: { retries: 0 },
          providers: { checkify: { apiKey: 'csk_test', baseUrl: stub.url } },
        }),
      ],
      controllers: [CheckoutController],
    });
  });

  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it('lets a verified request through', async () => {
    stub.reset(
      reply(200, {
        success: true,
        status: 'completed',
        request_id: 'r1',
        approved_claims: { age_over_18: true },
      }),
    );
    const answer = await send(`${running.url}/checkout`, { checkify_token: 'r1' });
    expect(answer.body).toMatchObject({ outcome: 'accepted', claims: ['age_over_18'], requestId: 'r1' });
    expect(stub.seen).toHaveLength(1);
    expect(JSON.parse(stub.seen[0]!.body)).toEqual({
      request_id: 'r1',
      required_claims: ['age_over_18'],
      consume: true,
    });
  });
  it('refuses', async () => {
    stub.reset(
      reply(200, {
        success: true,
        status: 'completed',
        request_id: 'r1',
        approved_claims: { age_over_18: 'true' },
      }),
    );
    expect(await send(`${running.url}/checkout`, { checkify_token: 'r1' })).toMatchObject({
      status: 403,
      body: { code: 'verification_rejected' },
    });
    expect(await send(`${running.url}/checkout`, {})).toMatchObject({
      status: 403,
      body: { code: 'verification_required' },
    });
    stub.reset(reply(503, {}, { 'retry-after': '7' }));
    const answer = await send(`${running.url}/checkout`, { checkify_token: 'r1' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'verification_unavailable' } });
  });
});
