import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HumanProofService } from 'nestjs-verification';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { reply, StubServer, type Script } from '../support/stub-server.js';
import { open, type OpenModule } from './open.js';
import { accepted, failed, outcomeOf, rejected, type Outcome } from './outcome.js';
import { expectRequests } from './wire-request.js';

const SECRET = 'hp_"contract\\secret';
const TOKEN = 'token-of-the-form';

interface Row {
  readonly title: string;
  readonly status: number;
  readonly body: unknown;
  readonly outcome: Outcome;
}

const DOCUMENTED: readonly Row[] = [
  { title: '200 success: true', status: 200, body: HUMANPROOF.yes, outcome: accepted('human_verified') },
  {
    title: '200 success: true, error: null',
    status: 200,
    body: { ...HUMANPROOF.yes, error: null },
    outcome: accepted('human_verified'),
  },
  {
    title: '200 success: false',
    status: 200,
    body: HUMANPROOF.no(),
    outcome: rejected('not_verified'),
  },
  {
    title: '200 false, error: null',
    status: 200,
    body: HUMANPROOF.no(null),
    outcome: rejected('not_verified'),
  },
  ...[401, 402, 403].map(status => ({
    title: String(status),
    status,
    body: HUMANPROOF.no('Account'),
    outcome: failed('provider_refused'),
  })),
  {
    title: '422',
    status: 422,
    body: HUMANPROOF.no('Validation'),
    outcome: rejected('malformed_evidence', { code: 422 }),
  },
  { title: '429', status: 429, body: HUMANPROOF.no(), outcome: failed('provider_rate_limited') },
  ...[500, 502, 503, 504].map(status => ({
    title: String(status),
    status,
    body: HUMANPROOF.no('Backend'),
    outcome: failed('provider_unavailable'),
  })),
];

const DECIDED: readonly Row[] = [
  {
    title: '9.3.1 denies 422 without a body',
    status: 422,
    body: '',
    outcome: rejected('malformed_evidence', { code: 422 }),
  },
  {
    title: '9.3.1 denies 422 with a page',
    status: 422,
    body: '<html>',
    outcome: rejected('malformed_evidence', { code: 422 }),
  },
  ...['true', 1, 'false', 'yes', {}, [], [true], null].map(success => ({
    title: `9.3.2 does not take success ${JSON.stringify(success)} for true`,
    status: 200,
    body: { success },
    outcome: failed('provider_protocol'),
  })),
  {
    title: '9.3.2 does not pass without "success"',
    status: 200,
    body: {},
    outcome: failed('provider_protocol'),
  },
  ...['Token not found', { code: 1 }, false, 0, ''].map(error => ({
    title: `9.3.3 does not pass beside the error ${JSON.stringify(error)}`,
    status: 200,
    body: { ...HUMANPROOF.yes, error },
    outcome: failed('provider_protocol'),
  })),
  ...['success', 'Too many requests', 'Billing'].map(error => ({
    title: `9.3.3 reads nothing into the error "${error}"`,
    status: 200,
    body: HUMANPROOF.no(error),
    outcome: rejected('not_verified'),
  })),
  ...[400, 404].map(status => ({
    title: `does not know what ${String(status)} means`,
    status,
    body: HUMANPROOF.no(),
    outcome: failed('provider_protocol'),
  })),
];

describe('HumanProof', () => {
  let stub: StubServer;
  let running: OpenModule;
  let humanproof: HumanProofService;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await open({
      http: { retries: 0 },
      providers: { humanproof: { secret: SECRET, baseUrl: stub.url } },
    });
    humanproof = running.app.get(HumanProofService);
  });
  beforeEach(() => {
    running.logger.lines.length = 0;
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it.each([...DOCUMENTED, ...DECIDED])('$title', async ({ status, body, outcome }) => {
    stub.reset(reply(status, body));
    expect(await outcomeOf(humanproof.verify({ token: TOKEN }))).toEqual(outcome);
    expectRequests(stub.seen, {
      method: 'POST',
      path: HUMANPROOF.verify,
      headers: { accept: 'application/json', 'content-type': 'application/json' }, // 9.3.5
      body: { secret: SECRET, response: TOKEN },
    });
  });

  it('9.3.1 warns the operator of 422', async () => {
    stub.reset(reply(422, HUMANPROOF.no('Validation')));
    await humanproof.verify({ token: TOKEN });
    expect(running.logger.lines).toEqual([expect.stringMatching(/^warn .*422/)]);
  });

  it.each([401, 402, 403])('9.3.7 calls %s an error of the operator', async status => {
    stub.reset(reply(status, HUMANPROOF.no()));
    await expect(humanproof.verify({ token: TOKEN })).rejects.toMatchObject({ code: 'provider_refused' });
    expect(running.logger.lines).toEqual([expect.stringMatching(`^error .*${String(status)}`)]);
  });

  it('9.3.1 goes on asking, however much junk is called malformed', async () => {
    stub.reset(reply(422, HUMANPROOF.no()));
    const junk = Array.from({ length: 40 }, (_, n) =>
      outcomeOf(humanproof.verify({ token: `junk-${String(n)}` })),
    );
    expect(new Set((await Promise.all(junk)).map(({ outcome }) => outcome))).toEqual(new Set(['rejected']));
    stub.reset(reply(200, HUMANPROOF.yes));
    expect(await outcomeOf(humanproof.verify({ token: TOKEN }))).toEqual(accepted('human_verified'));
  });

  it.each([
    '',
    ' ',
    'a b',
    '证'.repeat(10),
    '%'.repeat(8193),
    'a\r\nb',
    'a\u0000',
    '\ud800',
    1,
    [TOKEN],
    { toString: TOKEN },
    null,
    true,
  ])('9.3.1 asks nothing about %j', async value => {
    stub.reset(reply(200, HUMANPROOF.yes));
    expect(await outcomeOf(humanproof.verify({ token: value as string }))).toEqual(
      failed('evidence_missing'),
    );
    expect(stub.seen).toEqual([]);
  });

  it.each(['","secret":"theirs', '"}', '\\', '\\"', 'x'.repeat(8192)])(
    'carries %j as a value, not as JSON',
    async token => {
      stub.reset(reply(200, HUMANPROOF.no()));
      await humanproof.verify({ token });
      expect(JSON.parse(stub.seen[0]!.body)).toEqual({ secret: SECRET, response: token });
    },
  );

  it('takes an inherited token for no token', async () => {
    stub.reset(reply(200, HUMANPROOF.yes));
    const evidence = Object.create({ token: TOKEN }) as { token: string };
    expect(await outcomeOf(humanproof.verify(evidence))).toEqual(failed('evidence_missing'));
    expect(stub.seen).toEqual([]);
  });
});

describe('HumanProof, asking again', () => {
  let stub: StubServer;
  let running: OpenModule;
  let humanproof: HumanProofService;
  const now = { 'retry-after': '0' };

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await open({ providers: { humanproof: { secret: 's', baseUrl: stub.url } } });
    humanproof = running.app.get(HumanProofService);
  });
  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  it.each<[string, Script]>([
    ['500', reply(500, {}, now)],
    ['503', reply(503, {}, now)],
    ['a lost answer', (_, response) => void response.socket?.destroy()],
  ])('9.3.6 spends a token once, also after %s', async (_, script) => {
    stub.reset(script);
    expect(await outcomeOf(humanproof.verify({ token: TOKEN }))).toMatchObject({
      code: 'provider_unavailable',
    });
    expect(stub.seen).toHaveLength(1);
  });

  it('9.3.6 repeats after 429', async () => {
    stub.reset((request, response) => {
      (stub.seen.length === 1 ? reply(429, {}, now) : reply(200, HUMANPROOF.yes))(request, response);
    });
    expect(await outcomeOf(humanproof.verify({ token: TOKEN }))).toEqual(accepted('human_verified'));
  });
});
