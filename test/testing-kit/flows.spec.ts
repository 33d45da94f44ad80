import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Inject, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  CheckifyService,
  EngageLabOtpService,
  RequireVerification,
  SkipVerification,
  VerificationGuard,
  VerificationModule,
  Verified,
  VerifyIdService,
  type AcceptedVerdict,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { PLATFORMS } from '../support/application.js';
import { start, type RunningTest } from './running.js';

const PHONE = '+4512345678';

function memberOf(context: ExecutionContext, name: string): unknown {
  return context.switchToHttp().getRequest<{ body: Record<string, unknown> }>().body[name];
}
const who = (context: ExecutionContext): string => String(memberOf(context, 'who'));
const isLarge = (context: ExecutionContext): boolean => memberOf(context, 'amount') === 1000;

/** Everything that starts on the server and comes back with the browser. */
@Controller()
@UseGuards(VerificationGuard)
class FlowController {
  constructor(
    @Inject(EngageLabOtpService) private readonly otp: EngageLabOtpService,
    @Inject(VerifyIdService) private readonly verifyId: VerifyIdService,
    @Inject(CheckifyService) private readonly checkify: CheckifyService,
  ) {}

  @Post('code')
  async code(): Promise<object> {
    const { challengeId } = await this.otp.send({ to: PHONE, templateId: 'signup', purpose: 'signup' });
    return { challenge_id: challengeId };
  }

  @Post('phone')
  @RequireVerification('engagelab', { purpose: 'signup' })
  phone(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('login')
  async login(@Body('who') subject: string): Promise<object> {
    const returnUrl = 'https://shop.example/gate';
    const login = await this.verifyId.start({ returnUrl, minimumAge: 18, method: 'mitid', subject });
    return { challenge_id: login.challengeId };
  }

  @Post('gate')
  @RequireVerification('verifyid', { claims: ['age_over_18'], subject: who, acceptDeviceId: false })
  gate(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('session')
  async session(@Body('who') subject: string): Promise<object> {
    const siteUrl = 'https://shop.example';
    const session = await this.checkify.startSession({
      passId: 'chk_1',
      requestType: 'human',
      siteUrl,
      subject,
    });
    return { checkify_token: session.requestId };
  }

  @Post('human')
  @RequireVerification('checkify', { subject: who })
  human(@Verified() verified: AcceptedVerdict): object {
    return verified;
  }

  @Post('order')
  @RequireVerification('checkify', { when: isLarge })
  order(@Verified('checkify') verified?: AcceptedVerdict): object {
    return { by: verified?.provider ?? 'nobody' };
  }
}

@Controller('club')
@UseGuards(VerificationGuard)
@RequireVerification('humanproof')
class ClubController {
  @Post('prices')
  @SkipVerification('the price list is public')
  prices(@Verified() verified?: AcceptedVerdict): object {
    return { by: verified?.provider ?? 'nobody' };
  }
}

describe.each(PLATFORMS)('with fakes on %s', platform => {
  let test: RunningTest;
  afterEach(() => test.app.close());

  const boot = async (options?: VerificationModuleOptions): Promise<RunningTest> =>
    (test = await start(
      { imports: [VerificationModule.forRoot(options)], controllers: [FlowController, ClubController] },
      platform,
    ));
  const begin = async (route: string, body: object): Promise<object> =>
    (await test.post(route, body)).body as object;

  describe('what starts on the server', () => {
    beforeEach(() => boot());

    it('a code passes once, and says whose it was', async () => {
      const challenge = await begin('code', {});
      const proof = { ...challenge, verify_code: test.verification.engagelab.codeFor(PHONE) };
      expect(await test.post('phone', proof)).toMatchObject({ status: 201, body: { recipient: PHONE } });
      expect(await test.post('phone', proof)).toMatchObject({ status: 403 });
      const another = await begin('code', {});
      expect(await test.post('phone', { ...another, verify_code: '000000' })).toMatchObject({ status: 403 });
    });

    it('a login passes for its subject, whom the test can see', async () => {
      test.verification.verifyid.accept(['age_over_18']);
      const challenge = await begin('login', { who: 'ada' });
      expect(test.verification.verifyid.started).toMatchObject([{ subject: 'ada', method: 'mitid' }]);
      const proof = { ...challenge, token_age_verified: 'anything' };
      expect(await test.post('gate', { ...proof, who: 'eve' })).toMatchObject({ status: 403 });
      expect(test.verification.verifyid.asked).toEqual([]);
      expect(await test.post('gate', { ...proof, who: 'ada' })).toMatchObject({
        status: 201,
        body: { age: 18 },
      });
    });

    it('a login comes back without its id, where the subject has one open', async () => {
      test.verification.verifyid.accept(['age_over_18']);
      const proof = { token_age_verified: 'anything', who: 'ada' };
      expect(await test.post('gate', proof)).toMatchObject({ body: { code: 'verification_required' } });
      await begin('login', { who: 'ada' });
      expect(await test.post('gate', proof)).toMatchObject({ status: 201 });
    });

    it('a session passes for its subject, whom the test can see', async () => {
      test.verification.checkify.accept();
      const session = await begin('session', { who: 'ada' });
      expect(test.verification.checkify.started).toMatchObject([{ subject: 'ada', passId: 'chk_1' }]);
      expect(await test.post('human', { ...session, who: 'eve' })).toMatchObject({ status: 403 });
      expect(test.verification.checkify.asked).toEqual([]);
      expect(await test.post('human', { ...session, who: 'ada' })).toMatchObject({ status: 201 });
    });
  });

  it('a condition is the real one', async () => {
    await boot();
    test.verification.checkify.accept();
    expect(await test.post('order', { amount: 1 })).toMatchObject({ status: 201, body: { by: 'nobody' } });
    expect(await test.post('order', { amount: 1000 })).toMatchObject({ status: 403 });
    const proof = { amount: 1000, checkify_token: 'anything' };
    expect(await test.post('order', proof)).toMatchObject({ status: 201, body: { by: 'checkify' } });
    expect(test.verification.checkify.asked).toHaveLength(1);
  });

  it('an exempt method asks nobody, and the test need not say anything', async () => {
    await boot();
    expect(await test.post('club/prices', {})).toMatchObject({ status: 201, body: { by: 'nobody' } });
  });

  it.each<[string, (fakes: RunningTest['verification']) => unknown]>([
    ['yes', fakes => fakes.checkify.accept()],
    ['no', fakes => fakes.checkify.reject()],
    ['nothing', fakes => fakes.checkify.unavailable()],
  ])('a module that observes asks, and refuses nobody: %s', async (_, say) => {
    await boot({ enforcement: 'observe' });
    say(test.verification);
    const order = { amount: 1000, checkify_token: 'anything' };
    expect(await test.post('order', order)).toMatchObject({ status: 201, body: { by: 'nobody' } });
    expect(await test.post('order', { amount: 1000 })).toMatchObject({ status: 201 });
    expect(test.verification.checkify.asked).toHaveLength(1);
  });

  it('a question says of whose tenant it is', async () => {
    await boot({ scope: context => String(memberOf(context, 'tenant')) });
    test.verification.checkify.accept();
    const order = { amount: 1000, checkify_token: 'anything' };
    await test.post('order', { ...order, tenant: 'north' });
    await test.post('order', { ...order, tenant: 'south' });
    await test.app.get(CheckifyService).verify({ requestId: 'r' }, undefined, { scope: 'west' });
    await test.app.get(CheckifyService).verify({ requestId: 'r' });
    const tenants = test.verification.checkify.asked.map(({ tenant }) => tenant);
    expect(tenants).toEqual(['north', 'south', 'west', undefined]);
  });

  it('credentials that are functions tell tenants apart, and one that fails in a test is the same for all', async () => {
    const apiKey = (context?: ExecutionContext): string => {
      const tenant = context && memberOf(context, 'tenant');
      if (tenant === undefined) throw new Error('no vault in a test');
      return `csk_${tenant as string}`;
    };
    await boot({ providers: { checkify: { apiKey } } });
    test.verification.checkify.accept();
    const order = { amount: 1000, checkify_token: 'anything' };
    for (const tenant of ['north', 'south', 'north', undefined])
      expect(await test.post('order', { ...order, tenant })).toMatchObject({ status: 201 });
    const [north, south, again, none] = test.verification.checkify.asked.map(({ tenant }) => tenant);
    expect([again, new Set([north, south, none]).size]).toEqual([north, 3]);
  });
});
