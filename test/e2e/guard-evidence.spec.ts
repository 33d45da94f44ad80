import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { All, Controller, UseGuards } from '@nestjs/common';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
} from 'nestjs-verification';
import { asked, optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

let ran = 0;

@Controller()
@UseGuards(VerificationGuard)
class ProtectedController {
  @All('checkify')
  @RequireVerification('checkify')
  checkify(): string {
    ran++;
    return 'ran';
  }

  @All('humanproof')
  @RequireVerification('humanproof')
  humanproof(): string {
    ran++;
    return 'ran';
  }

  @All('verifyid')
  @RequireVerification('verifyid', { claims: ['age_over_18'] })
  verifyid(): string {
    ran++;
    return 'ran';
  }

  @All('engagelab')
  @RequireVerification('engagelab')
  engagelab(): string {
    ran++;
    return 'ran';
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Good evidence of each provider, by the fields that carry it; and the query fields, where there are any. */
const GOOD: readonly (readonly [string, Fields, Fields | undefined])[] = [
  ['checkify', { checkify_token: 'r1' }, { checkify_request_id: 'r1' }],
  ['humanproof', { 'humanproof-token': 'h1' }, undefined],
  ['verifyid', { token_age_verified: 't1', device_id: 'd1' }, { token_age_verified: 't1', device_id: 'd1' }],
  ['verifyid', { token: 't1', device_id: 'd1' }, { token: 't1', device_id: 'd1' }],
  ['engagelab', { challenge_id: 'c1', verify_code: '123456' }, undefined],
];

const LONE_HIGH = '\ud800';
const LONE_LOW = '\udc00';

/** Values as JSON can carry them; none of them is evidence. */
const BAD: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['an empty string', ''],
  ['spaces', '   '],
  ['other white space', '\u00a0\u2003\ufeff'],
  ['true', true],
  ['a number', 12345678],
  ['an array', ['r1']],
  ['an array of arrays', [['r1']]],
  ['an object', {}],
  ['an object with toString', { toString: 'r1', valueOf: 'r1' }],
  ['an object like a String', { 0: 'r', 1: '1', length: 2 }],
  ['an object with a prototype', { __proto__: 'r1', constructor: { name: 'String' } }],
  ['8193 characters', 'x'.repeat(8193)],
  ['a line break within', 'r1\nr2'],
  ['a carriage return within', 'r1\rr2'],
  ['a null character', 'r1\0'],
  ['an escape character', '\u001b[31m'],
  ['DEL', 'r\u007f1'],
  ['a C1 control character', 'r\u00851'],
  ['a lone high surrogate', `r1${LONE_HIGH}`],
  ['a lone low surrogate', `${LONE_LOW}r1`],
];

const FIELDS = GOOD.flatMap(([provider, body]) =>
  Object.keys(body).map(field => [provider, field, body] as const),
);

/** Encoded forms and queries that parsers make arrays, objects or several values of. */
const TWISTED = (field: string, value: string): readonly string[] => [
  `${field}[]=${value}`,
  `${field}[0]=${value}`,
  `${field}[value]=${value}`,
  `${field}=${value}&${field}=${value}`,
  `${field}.value=${value}`,
  `${field}=`,
  `${field}=%20%20`,
  `${field}=%00`,
  `${field}=r1%0Ar2`,
  `${field}=%C2%85x%C2%85y`,
  `${field}=${'x'.repeat(8193)}`,
  `__proto__[${field}]=${value}`,
  `constructor[prototype][${field}]=${value}`,
  `${field}%5B%5D=${value}`,
  field,
];

const encode = (fields: Fields): string => new URLSearchParams(fields as Record<string, string>).toString();

describe.each(PLATFORMS)('%s', platform => {
  let stub: StubServer;
  let running: RunningApplication;

  beforeAll(async () => {
    stub = await StubServer.start();
    running = await boot(platform, {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [ProtectedController],
    });
  });

  afterAll(async () => {
    await running.app.close();
    await stub.stop();
  });

  beforeEach(() => {
    ran = 0;
    stub.reset(yes);
  });

  const post = (path: string, type: string, body: string): Promise<Response> =>
    fetch(`${running.url}/${path}`, { method: 'POST', headers: { 'content-type': type }, body });
  const postJson = (path: string, body: unknown): Promise<Response> =>
    post(path, 'application/json', typeof body === 'string' ? body : JSON.stringify(body));
  const postForm = (path: string, body: string): Promise<Response> =>
    post(path, 'application/x-www-form-urlencoded', body);

  async function expectRequired(response: Response): Promise<void> {
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 403,
      body: {
        statusCode: 403,
        code: 'verification_required',
        message: 'Verification required',
        error: 'Forbidden',
      },
    });
    expect(stub.seen).toHaveLength(0);
    expect(ran).toBe(0);
  }

  // JSON reads the same on every platform.
  const fields = platform === 'express' ? FIELDS : FIELDS.slice(0, 1);
  it.each(fields)('%s: asks nobody unless %s is usable text', async (provider, field, good) => {
    for (const [name, value] of BAD) {
      const response = await postJson(provider, { ...good, [field]: value });
      expect({ name, status: response.status }).toEqual({ name, status: 403 });
      await expectRequired(response);
    }
    const { [field]: _, ...absent } = good;
    await expectRequired(await postJson(provider, absent));
    const inherited = `{"__proto__":${JSON.stringify({ [field]: 'r1' })}${Object.entries(absent)
      .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join('')}}`;
    const response = await postJson(provider, inherited);
    // Fastify's own parser answers 400 to such a body; Express hands it on.
    if (response.status !== 400) await expectRequired(response);
    expect(ran).toBe(0);
  });

  it.each(FIELDS)('%s: asks nobody for a form that twists %s', async (provider, field, good) => {
    const { [field]: value, ...rest } = good;
    for (const twisted of TWISTED(field, String(value))) {
      const response = await postForm(provider, `${encode(rest)}&${twisted}`);
      expect({ twisted, status: response.status }).toEqual({ twisted, status: 403 });
      await expectRequired(response);
    }
  });

  it.each(GOOD.filter(([, , query]) => query !== undefined))(
    '%s: asks nobody for a query that twists a field',
    async (provider, _, query = {}) => {
      for (const field of Object.keys(query)) {
        const { [field]: value, ...rest } = query;
        for (const twisted of TWISTED(field, String(value))) {
          const response = await fetch(`${running.url}/${provider}?${encode(rest)}&${twisted}`);
          expect({ twisted, status: response.status }).toEqual({ twisted, status: 403 });
          await expectRequired(response);
        }
      }
    },
  );

  it.each(['checkify', 'humanproof', 'verifyid', 'engagelab'])(
    '%s: asks nobody when there is no body, or none that is an object',
    async provider => {
      await expectRequired(await fetch(`${running.url}/${provider}`));
      await expectRequired(await fetch(`${running.url}/${provider}`, { method: 'DELETE' }));
      for (const body of ['[]', '["r1"]', '{}']) await expectRequired(await postJson(provider, body));
      await expectRequired(await postForm(provider, ''));
    },
  );

  it.each(['humanproof', 'engagelab'])(
    '%s: evidence in a URL, where it is logged, is none',
    async provider => {
      const [, fields] = GOOD.find(([name]) => name === provider)!;
      await expectRequired(await fetch(`${running.url}/${provider}?${encode(fields)}`));
    },
  );

  it.each(GOOD.filter(([provider]) => provider !== 'engagelab'))(
    '%s: takes the same evidence from JSON, form and query, trimmed: %j',
    async (provider, body, query) => {
      const padded = Object.fromEntries(
        Object.entries(body).map(([name, value]) => [name, ` ${String(value)}\t`]),
      );
      expect((await postJson(provider, padded)).status).toBe(200);
      expect((await postForm(provider, encode(padded))).status).toBe(200);
      if (query !== undefined) {
        expect((await fetch(`${running.url}/${provider}?${encode(query)}`)).status).toBe(200);
      }
      expect(new Set(stub.seen.map(({ path, body: sent }) => `${path} ${sent}`)).size).toBe(1);
      expect(ran).toBe(query === undefined ? 2 : 3);
    },
  );

  it('takes 8192 printable characters, around which white space does not count', async () => {
    const token = '!~'.repeat(4096);
    expect((await postJson('checkify', { checkify_token: ` ${token}\n` })).status).toBe(200);
    expect(asked(stub.seen.at(-1))['request_id']).toBe(token);
  });

  it.each(['a b', 'r\u00a01', '\u200br1\u200b', 'é', '证明'.repeat(1000), '\uff11', 'p\u{1f600}q'])(
    'asks nobody about other characters: %j',
    async text => {
      await expectRequired(await postJson('checkify', { checkify_token: text }));
      await expectRequired(await postJson('humanproof', { 'humanproof-token': text }));
      await expectRequired(await postJson('verifyid', { token: text, device_id: 'd1' }));
      await expectRequired(await postJson('verifyid', { token: 't1', device_id: text }));
    },
  );

  it.each(['..', '.', 'a/b', 'x?y', '%2e%2e', 'a#b', '..%2f..', 'https://evil.example/', '"},{"', '\\'])(
    'evidence never changes which URL or which member is asked: %s',
    async text => {
      await postJson('checkify', { checkify_token: text });
      await postJson('humanproof', { 'humanproof-token': text });
      await postJson('verifyid', { token_age_verified: text, device_id: 'd1' });
      await postJson('verifyid', { token_age_verified: 't1', device_id: text });
      for (const { path, body } of stub.seen) {
        if (path === '/v1/qr/results/verify') expect(JSON.parse(body)).toMatchObject({ request_id: text });
        else if (path === '/api/siteverify') expect(JSON.parse(body)).toMatchObject({ response: text });
        else expect(path.split('/').map(decodeURIComponent)).toEqual(expect.arrayContaining([text]));
        expect(path).toMatch(
          /^\/(v1\/qr\/results\/verify|api\/siteverify|api\/auth_check\/[^/?#]+\/[^/?#]+)$/,
        );
      }
    },
  );

  it('the body wins over the query, and a bad body is not made good by the query field of the same request', async () => {
    await fetch(`${running.url}/checkify?checkify_request_id=q1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ checkify_token: 'b1' }),
    });
    expect(asked(stub.seen[0])['request_id']).toBe('b1');
  });

  it('a message id from the browser is not looked at', async () => {
    await expectRequired(
      await postJson('engagelab', { message_id: '1700000000000000001', verify_code: '123456' }),
    );
    await expectRequired(
      await postJson('engagelab', { messageId: '1700000000000000001', verifyCode: '123456' }),
    );
    const { challengeId } = await running.app
      .get(EngageLabOtpService)
      .send({ to: '+4512345678', templateId: 'otp' });
    const own = stub.seen.length;
    const response = await postJson('engagelab', {
      challenge_id: challengeId,
      verify_code: '123456',
      message_id: 'of-the-attacker',
    });
    expect(response.status).toBe(200);
    expect(asked(stub.seen[own])['message_id']).not.toBe('of-the-attacker');
  });
});
