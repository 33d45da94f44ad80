import { describe, expect, it } from '@jest/globals';
import { post, SandboxFixture } from './sandbox.fixture.js';

const fixture = new SandboxFixture();
const SECRET = 'hp_sandbox_demo_secret';
const siteverify = (body: unknown) => post(`${fixture.sandbox.baseUrls.humanproof}/api/siteverify`, body);
const verify = (response: string) => siteverify({ secret: SECRET, response });
const issue = () => fixture.sandbox.humanproof.issueToken();

describe('HumanProof siteverify', () => {
  it('a fresh token is 200 success', async () => {
    const { status, json } = await verify(issue());
    expect([status, json]).toEqual([200, { success: true }]);
  });

  it.each(['x', '__proto__', 'a'.repeat(10_000)])(
    'an unknown token is 200 "Token not found" (%#)',
    async token => {
      const { status, json } = await verify(token);
      expect([status, json]).toEqual([200, { success: false, error: 'Token not found' }]);
    },
  );

  it('a token works once', async () => {
    const token = issue();
    const answers = await Promise.all([verify(token), verify(token)]);
    expect(answers.map(({ json }) => Boolean(json.success)).sort()).toEqual([false, true]);
  });

  it('a token ends two minutes after it was issued', async () => {
    const [first, second] = [issue(), issue()];
    fixture.now += 119_999;
    expect((await verify(first)).json.success).toBe(true);
    fixture.now += 1;
    expect((await verify(second)).json).toEqual({ success: false, error: 'Token not found' });
  });

  it('expire() ends a token at once', async () => {
    const token = issue();
    fixture.sandbox.humanproof.expire(token);
    expect((await verify(token)).json.success).toBe(false);
  });

  it.each([
    ['no JSON', '{'],
    ['an array', []],
    ['no secret', { response: 'x' }],
    ['no response', { secret: SECRET }],
    ['an empty response', { secret: SECRET, response: '' }],
    ['a list as response', { secret: SECRET, response: ['x'] }],
    ['members of the prototype only', `{"__proto__":{"secret":"${SECRET}","response":"x"}}`],
  ])('%s is 422', async (_, body) => {
    const { status, json } = await siteverify(body);
    expect([status, json.success, typeof json.error]).toEqual([422, false, 'string']);
  });

  it('an unknown secret is 401 and spends nothing', async () => {
    const token = issue();
    expect((await siteverify({ secret: 'other', response: token })).status).toBe(401);
    expect((await verify(token)).json.success).toBe(true);
  });

  it.each([
    ['revoked', 401],
    ['unpaid', 402],
    ['suspended', 403],
    ['unconfigured', 422],
  ] as const)('a project that is %s is %d and spends nothing', async (state, status) => {
    const token = issue();
    fixture.sandbox.humanproof.setProject(state);
    const answer = await verify(token);
    expect([answer.status, answer.json.success]).toEqual([status, false]);
    fixture.sandbox.humanproof.setProject('active');
    expect((await verify(token)).json.success).toBe(true);
  });

  it('expire of an unknown token throws', () => {
    expect(() => {
      fixture.sandbox.humanproof.expire('x');
    }).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});

describe('two HumanProof projects', () => {
  const OTHER = { secret: 'hp_sandbox_other_secret', siteKey: 'hp_sandbox_other_site' };
  const redeem = async (response: string, secret: string): Promise<unknown> =>
    (await siteverify({ secret, response })).json.success;

  it.each([
    ['hp_sandbox_demo_site', SECRET, OTHER.secret],
    [OTHER.siteKey, OTHER.secret, SECRET],
  ])('accept the tokens of their own widget only: %s', async (siteKey, own, other) => {
    const token = fixture.sandbox.humanproof.issueToken(siteKey);
    expect([await redeem(token, other), await redeem(token, own), await redeem(token, own)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('have a state each', async () => {
    fixture.sandbox.humanproof.setProject('suspended', OTHER.siteKey);
    const token = fixture.sandbox.humanproof.issueToken(OTHER.siteKey);
    expect((await siteverify({ secret: OTHER.secret, response: token })).status).toBe(403);
    expect((await verify(issue())).json.success).toBe(true);
  });

  it('have a token each for curl and for the widget', async () => {
    const query = `?sitekey=${OTHER.siteKey}`;
    const { text } = await post(`${fixture.sandbox.url}/control/humanproof/token${query}`, '');
    const { json } = await post(`${fixture.sandbox.baseUrls.humanproof}/widget/tokens${query}`, '');
    expect([await redeem(text.trim(), OTHER.secret), await redeem(String(json.token), OTHER.secret)]).toEqual(
      [true, true],
    );
  });

  it('are all that there are', async () => {
    expect(() => fixture.sandbox.humanproof.issueToken('x')).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
    const answers = ['widget/tokens', '../control/humanproof/token'].map(path =>
      post(`${fixture.sandbox.baseUrls.humanproof}/${path}?sitekey=constructor`, ''),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 404]);
  });
});

describe('HumanProof rate limit', () => {
  const limited = new SandboxFixture({ rateLimit: { humanproof: { requests: 1, windowMs: 1000 } } });

  it('too many calls are 429 and spend nothing', async () => {
    const url = `${limited.sandbox.baseUrls.humanproof}/api/siteverify`;
    const token = limited.sandbox.humanproof.issueToken();
    await post(url, {});
    expect((await post(url, { secret: SECRET, response: token })).status).toBe(429);
    expect(() => {
      limited.sandbox.humanproof.expire(token);
    }).not.toThrow();
  });
});

describe('a rate limit window', () => {
  let now = 0;
  const limited = new SandboxFixture({
    now: () => now,
    rateLimit: { humanproof: { requests: 1, windowMs: 1000 } },
  });

  it('ends on the injected clock', async () => {
    const url = `${limited.sandbox.baseUrls.humanproof}/api/siteverify`;
    const statuses = [(await post(url, {})).status, (await post(url, {})).status];
    now = 1000;
    statuses.push((await post(url, {})).status);
    expect(statuses).toEqual([422, 429, 422]);
  });
});
