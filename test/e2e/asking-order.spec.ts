import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards, type ExecutionContext } from '@nestjs/common';
import {
  CheckifyService,
  EngageLabOtpService,
  InMemoryStateStore,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerifyIdService,
} from 'nestjs-verification';
import { optionsFor, paths, yes } from '../support/answering.js';
import { boot, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

const visitorOf = (context: ExecutionContext): string | undefined =>
  context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['x-visitor'];

@Controller()
@UseGuards(VerificationGuard)
@RequireVerification('humanproof')
class SignupController {
  @Post('code')
  @RequireVerification('engagelab')
  code(): void {}

  @Post('code/remembered')
  @RequireVerification('engagelab', { remember: { for: '30m', subject: visitorOf } })
  rememberedCode(): void {}

  @Post('code/own')
  @RequireVerification('engagelab', { evidence: () => ({ messageId: 'm1', verifyCode: '123456' }) })
  ownCode(): void {}

  @Post('code/order')
  @RequireVerification('engagelab', { purpose: 'order', recipient: visitorOf })
  codeOfAnOrder(): void {}

  @Post('session')
  @RequireVerification('checkify', { subject: visitorOf })
  session(): void {}

  @Post('session/anyone')
  @RequireVerification('checkify')
  sessionOfAnyone(): void {}

  @Post('login')
  @RequireVerification('verifyid', { claims: ['age_over_18'], acceptDeviceId: false, subject: visitorOf })
  login(): void {}

  @Post('login/open')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  openLogin(): void {}
}

/** A store that counts its reads, which can fail. */
class FailingStore extends InMemoryStateStore {
  fails = false;
  reads = 0;

  override get(key: string): Promise<string | undefined> {
    this.reads++;
    return this.fails ? Promise.reject(new Error('READONLY')) : super.get(key);
  }
}

describe('what will be refused costs no other proof', () => {
  let stub: StubServer;
  let running: RunningApplication;
  let store: FailingStore;
  let challengeId: string;
  let login: string;

  beforeEach(async () => {
    stub = await StubServer.start();
    stub.reset((request, response) => {
      if (request.path.includes('url_generator')) response.end('{"url":"https://login.example/"}');
      else if (request.path.includes('/start'))
        response.end('{"request_id":"q1","qr_url":"https://checkify.me/q/1"}');
      else yes(request, response);
    });
    store = new FailingStore();
    running = await boot('fastify', {
      imports: [VerificationModule.forRoot(optionsFor(stub, { store }))],
      controllers: [SignupController],
    });
    const { app } = running;
    ({ challengeId } = await app.get(EngageLabOtpService).send({ to: '+4512345678', templateId: 't' }));
    ({ challengeId: login } = await app.get(VerifyIdService).start({
      returnUrl: 'https://shop.example/',
      minimumAge: 18,
      method: 'mitid',
      subject: 'ada',
    }));
    stub.seen.length = 0;
  });
  afterEach(async () => {
    await running.app.close();
    await stub.stop();
  });

  async function post(route: string, body: object, visitor = 'ada'): Promise<number> {
    const response = await fetch(`${running.url}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-visitor': visitor },
      body: JSON.stringify({ 'humanproof-token': 'h1', ...body }),
    });
    await response.text();
    return response.status;
  }
  const code = (verify_code: string, challenge_id = challengeId) => ({ challenge_id, verify_code });
  const token = (challenge_id = login) => ({ challenge_id, token_age_verified: 't1' });

  it.each(['code', 'code/remembered'])('neither a text that can be no code, on /%s', async route => {
    for (const typed of ['12', 'none', '12345678901']) expect(await post(route, code(typed))).toBe(403);
    expect(stub.seen).toEqual([]);
  });

  it.each(['code', 'code/remembered'])('nor a code for no challenge, on /%s', async route => {
    expect(await post(route, code('123456', 'made-up'))).toBe(403);
    expect(stub.seen).toEqual([]);
    expect(await post(route, code('123456'))).toBe(201);
    expect(await post(route, code('123456'), 'bob')).toBe(403); // it was used
    expect(paths(stub).filter(path => path.includes('siteverify'))).toHaveLength(1);
  });

  it('nor a code of another purpose or recipient', async () => {
    const send = async (purpose: string) => {
      const sent = await running.app
        .get(EngageLabOtpService)
        .send({ to: '+4520123456', templateId: 't', purpose });
      stub.seen.length = 0;
      return sent.challengeId;
    };
    expect(await post('code/order', code('123456', await send('login')), '+4520123456')).toBe(403);
    expect(stub.seen).toEqual([]);
    const order = await send('order');
    expect(await post('code/order', code('123456', order), '+4520123457')).toBe(403);
    expect(stub.seen).toEqual([]);
    expect(await post('code/order', code('123456', order), '+45 20 12 34 56')).toBe(201);
  });

  it('nor a session of another subject', async () => {
    const { requestId } = await running.app.get(CheckifyService).startSession({
      passId: 'chk_live_1',
      requestType: 'human',
      siteUrl: 'https://shop.example/',
      subject: 'ada',
    });
    stub.seen.length = 0;
    expect(await post('session', { checkify_token: requestId }, 'eve')).toBe(403);
    expect(stub.seen).toEqual([]);
    expect(await post('session', { checkify_token: requestId })).toBe(201);
  });

  it('nor a login that is over, or of another subject', async () => {
    expect(await post('login', token('made-up'))).toBe(403);
    expect(await post('login', token(), 'eve')).toBe(403);
    expect(stub.seen).toEqual([]);
    expect(await post('login', token())).toBe(201);
  });

  it('but a device id that counts is asked about, whatever challenge is beside it', async () => {
    expect(await post('login/open', { ...token('of-a-code'), device_id: 'd1' })).toBe(201);
  });

  it('and a store that fails is an outage', async () => {
    store.fails = true;
    expect(await post('code', code('123456'))).toBe(503);
    expect(await post('login', token())).toBe(503);
    expect(stub.seen).toEqual([]);
  });

  it('while a route that needs no store does not read it', async () => {
    expect(await post('session/anyone', { checkify_token: 'q1' })).toBe(201);
    expect(store.reads).toBe(0);
  });

  it.each(['code', 'code/own'])(
    'while the order of the demands stands where all may pass, on /%s',
    async route => {
      expect(await post(route, code('123456'))).toBe(201);
      expect(paths(stub)[0]).toMatch(/siteverify|humanproof/);
    },
  );
});
