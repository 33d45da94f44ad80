import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import {
  RequireAnyVerification,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { verifiedFetch, type Demands, type Evidence } from 'nestjs-verification/browser';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type Platform, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

@Controller()
@UseGuards(VerificationGuard)
class ShopController {
  @Post('order')
  @RequireAnyVerification(
    ['checkify', { claims: ['age_over_18'] }],
    ['verifyid', { claims: ['age_over_18'], acceptDeviceId: false, start: '/mitid' }],
  )
  @RequireVerification('humanproof', { field: 'my-token' })
  order(@Body() body: object): object {
    return body;
  }

  @Get('film')
  @RequireVerification('checkify', { claims: ['age_over_16'] })
  film(@Query() query: object): object {
    return query;
  }

  @Post('login')
  @RequireVerification('engagelab', { start: '/code' })
  login(@Body() body: object): object {
    return body;
  }

  @Post('own')
  @RequireVerification('humanproof', { evidence: () => undefined })
  own(): object {
    return {};
  }

  @Post('mitid')
  @RequireVerification('verifyid', {
    claims: ['age_over_18'],
    acceptDeviceId: false,
    subject: () => 'nobody-logged-in',
  })
  mitid(): object {
    return {};
  }
}

/** The demands of the route `order`. */
const ORDER: Demands = [
  [
    { provider: 'checkify', claims: ['age_over_18'], fields: ['checkify_token', 'checkify_request_id'] },
    {
      provider: 'verifyid',
      claims: ['age_over_18'],
      fields: ['token_age_verified', 'token', 'challenge_id'],
      start: '/mitid',
    },
  ],
  [{ provider: 'humanproof', claims: ['human_verified'], fields: ['my-token'] }],
];

describe.each(PLATFORMS)('the half in the browser, with %s', (platform: Platform) => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(() => {
    stub.reset(yes);
  });
  afterEach(() => running.app.close());
  afterAll(() => stub.stop());

  async function start(more: Partial<VerificationModuleOptions> = { describeRefusals: true }): Promise<void> {
    const imports = [VerificationModule.forRoot({ ...optionsFor(stub), ...more })];
    running = await boot(platform, { imports, controllers: [ShopController] });
  }

  const json = (body: object): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  /** A `prove` that remembers what it was asked. */
  function proving(evidence: Evidence | undefined) {
    const asked: Demands[] = [];
    const prove = (demands: Demands): Evidence | undefined => {
      asked.push(demands);
      return evidence;
    };
    return { asked, prove };
  }

  const at = (path: string): string => `${running.url}/${path}`;
  const evidence = { checkify_token: 'c', 'my-token': 'h' };

  it('learns what is demanded, brings it, and is served', async () => {
    await start();
    const { asked, prove } = proving(evidence);
    const response = await verifiedFetch(at('order'), json({ wine: 1 }), { prove });
    expect(await response.json()).toEqual({ wine: 1, ...evidence });
    expect(asked).toEqual([ORDER]);
  });

  it('adds evidence to a urlencoded form', async () => {
    await start();
    const { prove } = proving({ challenge_id: 'unknown', verify_code: '123456' });
    const body = new URLSearchParams({ name: 'anna' });
    const response = await verifiedFetch(at('login'), { method: 'POST', body }, { prove });
    expect(await response.json()).toMatchObject({ code: 'verification_rejected' }); // the evidence was read
  });

  it('adds evidence to the query of a GET', async () => {
    await start();
    const { asked, prove } = proving({ checkify_request_id: 'c' });
    const response = await verifiedFetch(at('film?id=1'), undefined, { prove });
    expect(await response.json()).toEqual({ id: '1', checkify_request_id: 'c' });
    expect(asked[0]?.[0]?.[0]?.fields).toEqual(['checkify_request_id', 'checkify_token']);
  });

  it('names no field where the application reads the evidence itself', async () => {
    await start();
    const { asked, prove } = proving(undefined);
    await verifiedFetch(at('own'), { method: 'POST' }, { prove });
    expect(asked).toEqual([[[{ provider: 'humanproof', claims: ['human_verified'], fields: [] }]]]);
  });

  it('hears the same where a login lacks', async () => {
    await start();
    const { asked, prove } = proving(undefined);
    await verifiedFetch(at('mitid'), json({ token: 't' }), { prove });
    expect(asked[0]?.[0]?.[0]).toMatchObject({ provider: 'verifyid' });
  });

  it('gets the refusal where nobody proves anything', async () => {
    await start();
    const { prove } = proving(undefined);
    const response = await verifiedFetch(at('order'), json({}), { prove });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'verification_required', demands: ORDER });
  });

  it('repeats once', async () => {
    await start();
    const { asked, prove } = proving({ checkify_token: 'c' });
    const response = await verifiedFetch(at('order'), json({}), { prove });
    expect(response.status).toBe(403);
    expect(asked).toHaveLength(1);
  });

  it('is told nothing by default', async () => {
    await start({});
    const { asked, prove } = proving(evidence);
    const response = await verifiedFetch(at('order'), json({}), { prove });
    expect(await response.json()).toEqual({
      statusCode: 403,
      code: 'verification_required',
      message: 'Verification required',
      error: 'Forbidden',
    });
    expect(asked).toEqual([]);
  });
});
