import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
