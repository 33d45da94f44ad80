import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CheckifyService,
  EngageLabOtpService,
  HumanProofService,
  ProviderRateLimitedError,
  ProviderRefusedError,
  ProviderUnavailableError,
  RecipientLimitedError,
  VerificationService,
  VerifyIdService,
  type RejectionReason,
  type VerificationEvent,
} from 'nestjs-verification';
import { PLATFORMS } from '../support/application.js';
import { start, type RunningTest } from './running.js';
import { appModule, PROOF } from './shop.js';

const rejected = { status: 403, body: { code: 'verification_rejected' } };
const required = { status: 403, body: { code: 'verification_required' } };
const unavailable = { status: 503, body: { code: 'verification_unavailable' } };

type Say = (verification: RunningTest['verification']) => unknown;

// [the promise, the route, what the browser sends, what the test says, what the client gets]
const ANSWERS: readonly (readonly [string, string, object, Say, object])[] = [
  ['an accepted default claim passes', 'human', PROOF.checkify, v => v.checkify.accept(), { status: 201 }],
  [
    'an accepted claim passes where it is demanded',
    'adult',
    PROOF.checkify,
    v => v.checkify.accept(['age_over_18']),
    {
      status: 201,
      body: {
        outcome: 'accepted',
        provider: 'checkify',
        claims: ['age_over_18'],
        requestId: 'anything',
        approvedFields: [],
        siteId: expect.any(String),
        businessId: expect.any(String),
        signedResult: expect.any(Object),
        reference: expect.any(String),
      },
    },
  ],
  [
    'an accepted claim does not pass for another',
    'adult',
    PROOF.checkify,
    v => v.checkify.accept(['human_verified']),
    rejected,
  ],
  [
    'a higher age does not pass for a lower one where the provider does not say so',
    'adult',
    PROOF.checkify,
    v => v.checkify.accept(['age_over_21']),
    rejected,
  ],
  [
    'a demanded field has to be approved',
    'fields',
    PROOF.checkify,
    v => v.checkify.accept(['human_verified']),
    rejected,
  ],
  [
    'an approved field passes',
    'fields',
    PROOF.checkify,
    v => v.checkify.accept(['human_verified'], { approvedFields: ['country'] }),
    { status: 201, body: { approvedFields: ['country'] } },
  ],
  ['HumanProof passes', 'contact', PROOF.humanproof, v => v.humanproof.accept(), { status: 201 }],
  [
    'VerifyID shows the age of its claim',
    'gate',
    PROOF.verifyid,
    v => v.verifyid.accept(['age_over_18']),
    { status: 201, body: { age: 18, claims: ['age_over_16', 'age_over_18'] } },
  ],
  [
    'VerifyID over 16 is not over 18',
    'gate',
    PROOF.verifyid,
    v => v.verifyid.accept(['age_over_16']),
    rejected,
  ],
  [
    'VerifyID shows every lower age, as the real one does',
    'teen',
    PROOF.verifyid,
    v => v.verifyid.accept(['age_over_16']),
    { status: 201, body: { age: 16, claims: ['age_over_16', 'age_over_13'] } },
  ],
  [
    'VerifyID can be over 18 where 16 would do',
    'teen',
    PROOF.verifyid,
    v => v.verifyid.accept(['age_over_13'], { age: 18 }),
    { status: 201, body: { age: 18 } },
  ],
  [
    'an OTP passes that nobody sent, where the test says so',
    'phone',
    PROOF.engagelab,
    v => v.engagelab.accept(),
    { status: 201, body: { claims: ['phone_verified'], recipient: '+4512345678' } },
  ],
  [
    'the recipient of an OTP can be said',
    'phone',
    PROOF.engagelab,
    v => v.engagelab.accept(['phone_verified'], { recipient: '+4587654321' }),
    { status: 201, body: { recipient: '+4587654321' } },
  ],
  [
    'an OTP passes for the recipient that the route demands',
    'own-phone',
    PROOF.engagelab,
    v => v.engagelab.accept(),
    { status: 201, body: { recipient: '+4587654321' } },
  ],
  [
    'an OTP does not pass for another recipient',
    'own-phone',
    PROOF.engagelab,
    v => v.engagelab.accept(['phone_verified'], { recipient: '+4511111111' }),
    rejected,
  ],
  [
    'what is no code does not pass',
    'phone',
    { ...PROOF.engagelab, verify_code: '1' },
    v => v.engagelab.accept(),
    rejected,
  ],
  ['a no is a no', 'human', PROOF.checkify, v => v.checkify.reject(), rejected],
  [
    'a person who has not finished is told so',
    'human',
    PROOF.checkify,
    v => v.checkify.reject('pending'),
    { status: 403, body: { code: 'verification_pending' } },
  ],
  ['a wrong code is a no', 'phone', PROOF.engagelab, v => v.engagelab.reject('wrong_code'), rejected],
  ['too young is a no', 'gate', PROOF.verifyid, v => v.verifyid.reject(), rejected],
  ['a bot is a bot', 'contact', PROOF.humanproof, v => v.humanproof.reject('not_verified'), rejected],
  ['an outage is no verdict', 'contact', PROOF.humanproof, v => v.humanproof.unavailable(), unavailable],
  ['a rate limit is no verdict', 'human', PROOF.checkify, v => v.checkify.rateLimited(), unavailable],
  ['a refused key is no verdict', 'phone', PROOF.engagelab, v => v.engagelab.refused(), unavailable],
  ['missing evidence stays missing', 'human', {}, v => v.checkify.accept(), required],
  [
    'evidence that is no text stays missing',
    'human',
    { checkify_token: ['x'] },
    v => v.checkify.accept(),
    required,
  ],
  [
    'half of the evidence is not enough',
    'gate',
    { token: 'x' },
    v => v.verifyid.accept(['age_over_18']),
    required,
  ],
  [
    'a bad form is refused before anybody is asked',
    'order',
    { ...PROOF.checkify, item: '' },
    v => v.checkify.accept(),
    { status: 400 },
  ],
  [
    'a good form passes',
    'order',
    { ...PROOF.checkify, item: 'book' },
    v => v.checkify.accept(),
    { status: 201, body: { item: 'book' } },
  ],
  [
    'of two alternatives the one is asked whose evidence came',
    'either',
    PROOF.checkify,
    v => v.checkify.accept(['age_over_18']),
    { status: 201, body: { provider: 'checkify' } },
  ],
];

describe.each(PLATFORMS)('fakes on %s', platform => {
  let test: RunningTest;

  beforeAll(async () => {
    test = await start({ imports: [appModule()] }, platform);
  });
  afterAll(() => test.app.close());
  beforeEach(() => {
    test.verification.reset();
  });

  it.each(ANSWERS)('%s', async (_, route, body, say, expected) => {
    say(test.verification);
    expect(await test.post(route, body)).toMatchObject(expected);
  });

  it('remember what they were asked, and only that', async () => {
    const { checkify, humanproof } = test.verification;
    checkify.accept(['age_over_18']);
    await test.post('adult', PROOF.checkify);
    await test.post('adult', {});
    await test.post('order', { ...PROOF.checkify, item: '' });
    expect(checkify.asked).toEqual([{ evidence: { requestId: 'anything' }, claims: ['age_over_18'] }]);
    expect(humanproof.asked).toEqual([]);
  });

  it('note the evidence of the browser, whoever sent the code', async () => {
    test.verification.engagelab.accept();
    await test.post('phone', PROOF.engagelab);
    expect(test.verification.engagelab.asked).toEqual([
      { evidence: { challengeId: 'anything', verifyCode: '1234' }, claims: ['phone_verified'] },
    ]);
  });

  it('answer what was said once first, in order, and then what was said for good', async () => {
    test.verification.checkify.accept().rejectOnce('expired').unavailableOnce().acceptOnce(['age_over_18']);
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await test.post('human', PROOF.checkify)).status);
    expect(statuses).toEqual([403, 503, 403, 201, 201]);
  });

  it.each([
    ['checkify', 'adult', "verification.checkify.accept(['age_over_18'])"],
    ['engagelab', 'phone', "verification.engagelab.accept(['phone_verified'])"],
    ['humanproof', 'contact', "verification.humanproof.accept(['human_verified'])"],
    ['verifyid', 'gate', "verification.verifyid.accept(['age_over_18'])"],
  ] as const)(
    'refuse where the test says nothing of %s, and tell what to write',
    async (name, route, hint) => {
      test.logger.lines.length = 0;
      expect(await test.post(route, PROOF[name])).toMatchObject(unavailable);
      expect(test.logger.lines.join('\n')).toContain(hint);
    },
  );

  it.each([
    ['unavailable', 'human', PROOF.checkify],
    ['rateLimited', 'human', PROOF.checkify],
  ] as const)('%s says how long to wait', async (outage, route, body) => {
    test.verification.checkify[outage]({ retryAfterMs: 2500 });
    const { status, headers } = await test.post(route, body);
    expect([status, headers.get('retry-after')]).toEqual([503, '3']);
  });

  it('a remembered acceptance is the real one, and reset forgets it', async () => {
    const { verification } = test;
    verification.verifyid.acceptOnce(['age_over_18']).reject();
    expect(await test.post('gate', PROOF.verifyid)).toMatchObject({ status: 201 });
    expect(await test.post('gate', {})).toMatchObject({ status: 201, body: { remembered: true, age: 18 } });
    verification.reset();
    expect(await test.post('gate', {})).toMatchObject(required);
    expect(verification.verifyid.asked).toEqual([]);
  });

  it('a proof passes once where the route says so, and reset forgets it', async () => {
    const { checkify } = test.verification;
    checkify.accept();
    expect(await test.post('vote', PROOF.checkify)).toMatchObject({ status: 201 });
    expect(await test.post('vote', PROOF.checkify)).toMatchObject(rejected);
    test.verification.reset();
    checkify.accept();
    expect(await test.post('vote', PROOF.checkify)).toMatchObject({ status: 201 });
  });

  it('after reset nothing is said', async () => {
    test.verification.checkify.accept().acceptOnce();
    test.verification.reset();
    expect(await test.post('human', PROOF.checkify)).toMatchObject(unavailable);
  });
});

const PHONE = '+4512345678';

describe('the services of an application with fakes', () => {
  let test: RunningTest;
  let checkify: CheckifyService;
  let otp: EngageLabOtpService;
  let humanProof: HumanProofService;
  let verifyId: VerifyIdService;

  beforeAll(async () => {
    test = await start({ imports: [appModule()] });
    checkify = test.app.get(CheckifyService);
    otp = test.app.get(EngageLabOtpService);
    humanProof = test.app.get(HumanProofService);
    verifyId = test.app.get(VerifyIdService);
  });
  afterAll(() => test.app.close());
  beforeEach(() => {
    test.verification.reset();
  });

  const ask: Record<string, () => Promise<{ readonly outcome: string }>> = {
    checkify: () => checkify.verify({ requestId: 'r' }, { claims: ['human_verified'], fields: ['country'] }),
    engagelab: () => otp.verify({ challengeId: 'c', verifyCode: '1234' }),
    humanproof: () => humanProof.verify({ token: 't' }),
    verifyid: () => verifyId.verify({ token: 't', deviceId: 'd' }, { claims: ['age_over_18'] }),
  };

  it.each<['checkify' | 'engagelab' | 'humanproof' | 'verifyid', RejectionReason]>([
    ['checkify', 'not_verified'],
    ['checkify', 'pending'],
    ['checkify', 'expired'],
    ['checkify', 'replayed'],
    ['checkify', 'claim_missing'],
    ['checkify', 'field_missing'],
    ['checkify', 'unknown_evidence'],
    ['checkify', 'other_site'],
    ['checkify', 'malformed_evidence'],
    ['engagelab', 'wrong_code'],
    ['engagelab', 'expired_or_replayed'],
    ['engagelab', 'unknown_evidence'],
    ['engagelab', 'malformed_evidence'],
    ['humanproof', 'not_verified'],
    ['humanproof', 'malformed_evidence'],
    ['verifyid', 'not_verified'],
  ])('%s is read to say %s', async (provider, reason) => {
    test.verification[provider].reject(reason as never);
    expect(await ask[provider]?.()).toMatchObject({ outcome: 'rejected', provider, reason });
  });

  it.each(['checkify', 'engagelab', 'humanproof', 'verifyid'] as const)(
    'of %s fail as they would',
    async provider => {
      const fake = test.verification[provider];
      fake.unavailableOnce({ retryAfterMs: 1234 }).rateLimitedOnce({ retryAfterMs: 5678 }).refusedOnce();
      const failure = async (): Promise<unknown> => ask[provider]?.().catch((error: unknown) => error);
      expect(await failure()).toMatchObject({ code: 'provider_unavailable', provider, retryAfterMs: 1234 });
      expect(await failure()).toMatchObject({ code: 'provider_rate_limited', provider, retryAfterMs: 5678 });
      expect(await failure()).toMatchObject({ code: 'provider_refused', provider });
      expect(fake.asked).toHaveLength(3);
    },
  );

  it('verifyHuman, verifyAge and a poll token ask Checkify', async () => {
    test.verification.checkify.accept(['human_verified', 'age_over_21']);
    expect(await checkify.verifyHuman('r')).toMatchObject({ outcome: 'accepted', requestId: 'r' });
    expect(await checkify.verifyAge('r', 21)).toMatchObject({ outcome: 'accepted' });
    expect(await checkify.verifyAge('r', 22)).toMatchObject({ reason: 'claim_missing' });
    expect(await checkify.verify({ token: 'poll' })).toMatchObject({ outcome: 'accepted' });
    expect(test.verification.checkify.asked.map(({ evidence }) => evidence)).toEqual([
      { requestId: 'r' },
      { requestId: 'r' },
      { requestId: 'r' },
      { token: 'poll' },
    ]);
  });

  it('a verdict has the extras that the test says', async () => {
    const extras = { siteId: 's', businessId: 'b', approvedFields: ['name'], signedResult: { key_id: 'k' } };
    test.verification.checkify.accept(['human_verified'], { ...extras, requestId: 'req_1' });
    expect(await checkify.verify({ token: 'poll' })).toMatchObject({ ...extras, requestId: 'req_1' });
  });

  it('a session is started, and waits until the test says how it ends', async () => {
    const fake = test.verification.checkify;
    const session = await checkify.startSession({
      passId: 'chk_1',
      requestType: 'age_over_18',
      siteUrl: 'https://shop.example/checkout',
    });
    const { requestId, statusToken = '', pollToken = '' } = session;
    expect(session.qrUrl).toContain(requestId);
    expect(fake.started).toEqual([
      { requestId, passId: 'chk_1', requestType: 'age_over_18', siteUrl: 'https://shop.example' },
    ]);
    const status = () => checkify.sessionStatus({ requestId, statusToken });
    expect(await status()).toBe('pending');
    fake.reject('expired');
    expect(await status()).toBe('expired');
    fake.reject('unknown_evidence');
    expect(await status()).toBe('not_found');
    fake.accept(['age_over_18']);
    expect(await status()).toBe('completed');
    expect(await checkify.sessionStatus({ pollToken })).toBe('completed');
    expect(fake.asked).toEqual([]);
  });

  it('an outage is one for every call, and what is said once waits for a verification', async () => {
    const fake = test.verification.checkify;
    const session = { passId: 'chk_1', requestType: 'human', siteUrl: 'https://shop.example' } as const;
    fake.rejectOnce('expired').accept();
    await checkify.startSession(session);
    expect(await checkify.verifyHuman('r')).toMatchObject({ reason: 'expired' });
    fake.unavailable();
    await expect(checkify.startSession(session)).rejects.toThrow(ProviderUnavailableError);
    fake.refused();
    await expect(checkify.startSession(session)).rejects.toThrow(ProviderRefusedError);
    fake.accept().rateLimitedOnce();
    await expect(checkify.sessionStatus({ pollToken: 'p' })).rejects.toThrow(ProviderRateLimitedError);
    expect(await checkify.sessionStatus({ pollToken: 'p' })).toBe('completed');
  });

  it('a code is sent, and right once', async () => {
    const fake = test.verification.engagelab;
    const message = { to: PHONE, templateId: 'signup', purpose: 'signup', params: { name: 'Ada' } };
    const { challengeId, channel } = await otp.send(message);
    expect(channel).toBe('sms');
    const code = fake.codeFor('+45 12 34 56 78');
    expect(fake.sent).toEqual([{ ...message, challengeId, code }]);
    expect(await otp.verify({ challengeId, verifyCode: '000000' })).toMatchObject({ reason: 'wrong_code' });
    const verdict = await otp.verify({ challengeId, verifyCode: code }, { purpose: 'signup' });
    expect(verdict).toMatchObject({ outcome: 'accepted', recipient: PHONE });
    expect(await otp.verify({ challengeId, verifyCode: code })).toMatchObject({ reason: 'unknown_evidence' });
    expect(fake.asked).toHaveLength(2);
  });

  it('a code is right for one of two who bring it at once', async () => {
    const { challengeId } = await otp.send({ to: PHONE, templateId: 'signup' });
    const proof = { challengeId, verifyCode: test.verification.engagelab.codeFor(PHONE) };
    const verdicts = await Promise.all([otp.verify(proof), otp.verify(proof)]);
    expect(verdicts).toMatchObject([{ outcome: 'accepted' }, { reason: 'expired_or_replayed' }]);
  });

  it('a code is for its purpose alone, also where the test accepts any', async () => {
    const fake = test.verification.engagelab;
    const { challengeId } = await otp.send({ to: PHONE, templateId: 'signup', purpose: 'signup' });
    fake.accept();
    const proof = { challengeId, verifyCode: '9999' };
    expect(await otp.verify(proof, { purpose: 'payment' })).toMatchObject({ reason: 'unknown_evidence' });
    expect(await otp.verify(proof, { purpose: 'signup' })).toMatchObject({ recipient: PHONE });
    expect(await otp.verify(proof, { purpose: 'signup' })).toMatchObject({ reason: 'unknown_evidence' });
  });

  it('the limits on codes are the real ones', async () => {
    const message = { to: PHONE, templateId: 'signup' };
    for (const _ of [1, 2]) await otp.send(message);
    const { challengeId } = await otp.send(message);
    await expect(otp.send(message)).rejects.toThrow(RecipientLimitedError);
    test.verification.engagelab.reject('wrong_code');
    const reasons = [];
    for (let i = 0; i < 6; i++) reasons.push(await otp.verify({ challengeId, verifyCode: '0000' }));
    expect(reasons.at(4)).toMatchObject({ reason: 'wrong_code' });
    expect(reasons.at(5)).toMatchObject({ reason: 'too_many_attempts' });
  });

  it('a code that nobody sent is told from one that was', async () => {
    const fake = test.verification.engagelab;
    expect(() => fake.codeFor(PHONE)).toThrow('No code was sent to +4512345678, but to: nobody.');
    await otp.send({ to: 'ada@example.com', templateId: 'signup' });
    expect(() => fake.codeFor(PHONE)).toThrow('but to: ada@example.com');
    expect(fake.codeFor('Ada@example.com')).toMatch(/^\d{6}$/);
    expect(await otp.verify({ challengeId: 'guessed', verifyCode: '1234' })).toMatchObject({
      reason: 'unknown_evidence',
    });
  });

  it('a message id of the application is judged too', async () => {
    test.verification.engagelab.accept();
    expect(await otp.verify({ messageId: 'm', verifyCode: '1234' })).toMatchObject({
      outcome: 'accepted',
      recipient: undefined,
    });
  });

  it('no code is sent while nobody answers', async () => {
    test.verification.engagelab.unavailableOnce();
    const message = { to: PHONE, templateId: 'signup' };
    await expect(otp.send(message)).rejects.toThrow(ProviderUnavailableError);
    await otp.send(message);
    expect(test.verification.engagelab.sent).toHaveLength(1);
  });

  it('a login is started', async () => {
    const request = { returnUrl: 'https://shop.example/gate?x=1', minimumAge: 18, method: 'bankid' } as const;
    const login = await verifyId.start(request);
    expect(login).toEqual({
      url: expect.stringMatching(/^https:/),
      deviceId: expect.any(String),
      challengeId: expect.stringMatching(/^[\w-]{32}$/),
    });
    const returnUrl = `${request.returnUrl}&challenge_id=${login.challengeId}`;
    expect(test.verification.verifyid.started).toEqual([{ ...request, ...login, returnUrl }]);
  });

  it('VerificationService and outcomes$ see the fakes as providers', async () => {
    const service = test.app.get(VerificationService);
    const events: VerificationEvent[] = [];
    const subscription = service.outcomes$.subscribe(event => events.push(event));
    test.verification.humanproof.acceptOnce().rejectOnce().unavailableOnce();
    await service.verify('humanproof', { token: 't' });
    await service.verify('humanproof', { token: 't' });
    await service.verify('humanproof', { token: 't' }).catch(() => undefined);
    subscription.unsubscribe();
    expect(events).toMatchObject([
      { outcome: 'accepted', provider: 'humanproof', attempts: 1 },
      { outcome: 'rejected', reason: 'not_verified', attempts: 1 },
      { outcome: 'failed', reason: 'provider_unavailable', attempts: 1 },
    ]);
  });

  it('a filter turns errors of a manual check into responses', async () => {
    test.verification.checkify.unavailable({ retryAfterMs: 1000 });
    expect(await test.post('manual', { id: 'r' })).toMatchObject({
      status: 503,
      body: { code: 'verification_unavailable' },
    });
  });
});
