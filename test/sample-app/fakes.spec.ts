import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { overrideVerification, type VerificationFakes } from 'nestjs-verification/testing';
import { readConfig } from '../../sample-app/src/app.config.js';
import { AppModule } from '../../sample-app/src/app.module.js';
import { setUp } from '../../sample-app/src/create-app.js';
import { send } from '../support/application.js';

const PHONE = '+4520123456';

/** A browser's cookies. */
class Visitor {
  private readonly cookies: Map<string, string>;

  constructor(
    private readonly url: string,
    planted?: Visitor,
  ) {
    this.cookies = new Map(planted?.cookies);
  }

  async get(path: string): Promise<{ status: number; body: unknown }> {
    return this.send(path, { headers: { cookie: this.cookie } });
  }

  async post(path: string, body: object): Promise<{ status: number; body: unknown }> {
    const headers = { 'content-type': 'application/json', cookie: this.cookie };
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private get cookie(): string {
    return [...this.cookies].map(each => each.join('=')).join('; ');
  }

  private async send(path: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.url + path, { redirect: 'manual', ...init });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
  }
}

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
    const order = { item: 'Cider', checkify_token: 'scan' };
    verification.checkify.accept(['human_verified']);
    expect(await send(`${url}/checkout`, order)).toMatchObject({ status: 403 });
    verification.checkify.accept(['age_over_18']);
    expect(await send(`${url}/checkout`, order)).toMatchObject({
      status: 201,
      body: { ordered: 'Cider', total: '32 kr.', adultBy: 'Checkify' },
    });
  });

  it('sends codes to the human of the sign-up only, and confirms the phone that received one', async () => {
    const visitor = new Visitor(url);
    verification.humanproof.accept();
    expect(await visitor.post('/signup/phone', { phone: PHONE })).toMatchObject({ status: 403 });
    await visitor.post('/signup', { email: 'ada@example.com', 'humanproof-token': 't' });
    expect(await new Visitor(url).post('/signup/phone', { phone: PHONE })).toMatchObject({ status: 403 });
    const sent = await visitor.post('/signup/phone', { phone: '20 12 34 56' });
    const { challenge_id } = sent.body as { challenge_id: string };
    const typed = { challenge_id, verify_code: verification.engagelab.codeFor(PHONE) };
    for (const phone of ['+4500000000', undefined, ['20123456'], { phone: PHONE }])
      expect(await visitor.post('/signup/phone/verify', { ...typed, phone })).toMatchObject({ status: 403 });
    expect(await visitor.post('/signup/phone/verify', { ...typed, phone: '0045 20123456' })).toMatchObject({
      body: { ok: true, phone: PHONE },
    });
    expect(await visitor.post('/signup/phone', { phone: PHONE })).toMatchObject({ status: 403 });
    expect(verification.engagelab.sent.map(({ to }) => to)).toEqual([PHONE]);
  });

  it.each([
    ['20 12 34 56', PHONE],
    ['2012-3456', PHONE],
    ['２０１２３４５６', PHONE],
    ['\u202a20\u00a012\u00a034\u00a056\u202c', PHONE],
    ['+45 20 12 34 56', PHONE],
    ['0045 20 12 34 56', PHONE],
    ['+46 70 123 45 67', '+46701234567'],
  ])('sends a code to %j', async (phone, recipient) => {
    verification.humanproof.accept();
    const answer = await send(`${url}/signup/phone`, { phone, 'humanproof-token': 't' });
    expect(answer).toMatchObject({ status: 201 });
    expect(verification.engagelab.codeFor(recipient)).toMatch(/^\d+$/);
  });

  it.each([
    '2012345',
    '10 12 34 56',
    '20 12 34 56 7',
    '20 12 34 5x',
    'ada',
    '',
    ' ',
    'ada@example.com',
    20123456,
  ])('answers 400 to %j, and sends no code', async phone => {
    verification.humanproof.accept();
    const answer = await send(`${url}/signup/phone`, { phone, 'humanproof-token': 't' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'Bad Request' } });
    expect(verification.engagelab.sent).toEqual([]);
  });

  it('sends no code to whoever put the cookie of a sign-up into the browser beforehand', async () => {
    verification.humanproof.acceptOnce();
    const stranger = new Visitor(url);
    await stranger.post('/signup', {});
    const victim = new Visitor(url, stranger);
    await victim.post('/signup', { email: 'ada@example.com', 'humanproof-token': 't' });
    expect(await stranger.post('/signup/phone', { phone: PHONE })).toMatchObject({ status: 403 });
    expect(await victim.post('/signup/phone', { phone: PHONE })).toMatchObject({ status: 201 });
  });

  it('keeps the human whose number was none', async () => {
    verification.humanproof.acceptOnce();
    const visitor = new Visitor(url);
    const typed = { phone: '2012345', 'humanproof-token': 't' };
    expect(await visitor.post('/signup/phone', typed)).toMatchObject({ status: 400 });
    expect(await visitor.post('/signup/phone', { phone: PHONE })).toMatchObject({ status: 201 });
  });

  it('takes two clicks for one, and two tabs with one return URL', async () => {
    const visitor = new Visitor(url);
    await visitor.post('/age-gate/start', {});
    verification.humanproof.acceptOnce();
    const form = { email: 'ada@example.com', 'humanproof-token': 't' };
    const clicks = await Promise.all([visitor.post('/signup', form), visitor.post('/signup', form)]);
    expect(clicks.map(({ status }) => status)).toEqual([201, 201]);
    expect(verification.humanproof.asked).toHaveLength(1);

    verification.verifyid.acceptOnce(['age_over_18']);
    const returnUrl = `/age-gate${new URL(verification.verifyid.started[0]?.returnUrl ?? '').search}`;
    const back = `${returnUrl}&token_age_verified=t`;
    const tabs = await Promise.all([visitor.get(back), visitor.get(back)]);
    expect(tabs).toMatchObject([
      { status: 200, body: { verifiedAge: 18 } },
      { status: 200, body: { verifiedAge: 18 } },
    ]);
    expect(verification.verifyid.asked).toHaveLength(1);
    expect(await visitor.get('/age-gate')).toMatchObject({ body: { remembered: true } });
    await visitor.post('/age-gate/leave', {});
    expect(await visitor.get('/age-gate')).toMatchObject({ status: 403 });
  });

  it('lets an adult in after the login, and remembers the visitor', async () => {
    const start = await send(`${url}/age-gate/start`, {});
    expect(start.headers.get('location')).toBe(verification.verifyid.started[0]?.url);
    verification.verifyid.acceptOnce(['age_over_18']);
    const cookiesOf = ({ headers }: { readonly headers: Headers }): string[] =>
      headers.getSetCookie().map(each => each.split(';')[0] ?? '');
    const enter = async (query: string, cookies: readonly string[]): Promise<[unknown, string[]]> => {
      const response = await fetch(`${url}/age-gate${query}`, { headers: { cookie: cookies.join('; ') } });
      return [await response.json(), cookiesOf(response)];
    };
    const before = cookiesOf(start);
    const [entered, renewed] = await enter('?token_age_verified=t', before);
    expect(entered).toMatchObject({ verifiedAge: 18, remembered: false });
    expect((await enter('', [...before, ...renewed]))[0]).toMatchObject({
      verifiedAge: 18,
      remembered: true,
    });
    expect((await enter('?token_age_verified=t', [...before, ...renewed]))[0]).toMatchObject({
      remembered: true,
    });
    // Whoever put the cookie into the browser beforehand has no share in it.
    expect((await enter('', before))[0]).toMatchObject({ code: 'verification_required' });
  });

  it('holds a comment for review during an outage', async () => {
    verification.humanproof.unavailableOnce().accept();
    const comment = { text: 'hello', token: 't' };
    expect(await send(`${url}/comments`, comment)).toMatchObject({ body: { state: 'held for review' } });
    expect(await send(`${url}/comments`, comment)).toMatchObject({ body: { state: 'published' } });
  });
});
