import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { overrideVerification, type VerificationFakes } from 'nestjs-verification/testing';
import { readConfig } from '../../sample-app/src/app.config.js';
import { AppModule } from '../../sample-app/src/app.module.js';
import { setUp } from '../../sample-app/src/create-app.js';
import { send } from '../support/application.js';

const PHONE = '+4520123456';

describe('the sample app with fakes', () => {
  let app: NestExpressApplication;
  let verification: VerificationFakes;
  let url: string;

  beforeAll(async () => {
    const config = readConfig({});
    const builder = Test.createTestingModule({ imports: [AppModule.register(config)] });
    verification = overrideVerification(builder);
    app = (await builder.compile()).createNestApplication<NestExpressApplication>({ logger: false });
    setUp(app, config);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    verification.reset();
  });

  it('signs humans up, and does not use up a scan for a typing error', async () => {
    verification.checkify.accept();
    const form = { email: 'ada@example.com', checkify_token: 'scan' };
    expect(await send(`${url}/signup`, { ...form, email: 'ada' })).toMatchObject({ status: 400 });
    expect(verification.checkify.asked).toEqual([]);
    expect(await send(`${url}/signup`, form)).toMatchObject({ status: 201, body: { ok: true } });
    expect(verification.checkify.asked).toEqual([
      { evidence: { requestId: 'scan' }, claims: ['human_verified'] },
    ]);
  });

  it('sells to adults only', async () => {
    const order = { item: 'wine', checkify_token: 'scan' };
    verification.checkify.accept(['human_verified']);
    expect(await send(`${url}/checkout`, order)).toMatchObject({ status: 403 });
    verification.checkify.accept(['age_over_18']);
    expect(await send(`${url}/checkout`, order)).toMatchObject({
      status: 201,
      body: { ordered: 'wine', adultBy: 'checkify' },
    });
  });

  it('confirms the phone that received the code', async () => {
    const sent = await send(`${url}/signup/phone`, { phone: PHONE });
    const { challenge_id } = sent.body as { challenge_id: string };
    const typed = { challenge_id, verify_code: verification.engagelab.codeFor(PHONE), phone: '+4500000000' };
    expect(await send(`${url}/signup/phone/verify`, typed)).toMatchObject({ body: { phone: PHONE } });
  });

  it('lets an adult in after the login, and remembers the visitor', async () => {
    const start = await send(`${url}/age-gate/start`, {});
    expect(start.headers.get('location')).toBe(verification.verifyid.started[0]?.url);
    verification.verifyid.acceptOnce(['age_over_18']);
    const cookie = start.headers
      .getSetCookie()
      .map(each => each.split(';')[0])
      .join('; ');
    const enter = async (query: string): Promise<unknown> =>
      (await fetch(`${url}/age-gate${query}`, { headers: { cookie } })).json();
    expect(await enter('?token_age_verified=t')).toMatchObject({ verifiedAge: 18, remembered: false });
    expect(await enter('')).toMatchObject({ verifiedAge: 18, remembered: true });
  });

  it('holds a comment for review during an outage', async () => {
    verification.humanproof.unavailableOnce().accept();
    const comment = { text: 'hello', token: 't' };
    expect(await send(`${url}/comments`, comment)).toMatchObject({ body: { state: 'held for review' } });
    expect(await send(`${url}/comments`, comment)).toMatchObject({ body: { state: 'published' } });
  });
});
