import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifiedFetch, type Evidence, type VerifiedFetchOptions } from 'nestjs-verification/browser';
import { reply, StubServer, type Script, type SeenRequest } from '../support/stub-server.js';

const REFUSAL = {
  statusCode: 403,
  code: 'verification_required',
  demands: [[{ provider: 'checkify', claims: ['age_over_18'], fields: ['checkify_token'] }]],
};
const evidence: Evidence = { checkify_token: 'proof' };
const prove = (): Evidence => evidence;

let stub: StubServer;

beforeAll(async () => {
  stub = await StubServer.start();
});
beforeEach(() => {
  stub.reset(inTurn(reply(403, REFUSAL), reply(200, {})));
});
afterAll(() => stub.stop());

/** One reply after the other; the last for all that follow. */
function inTurn(...scripts: readonly Script[]): Script {
  return (request, response) => {
    scripts[Math.min(stub.seen.length, scripts.length) - 1]?.(request, response);
  };
}

const post = (init: RequestInit, options: VerifiedFetchOptions = { prove }): Promise<Response> =>
  verifiedFetch(`${stub.url}/order`, { method: 'POST', ...init }, options);

const typed = (type: string, body: string): RequestInit => ({ headers: { 'content-type': type }, body });

describe('verifiedFetch adds evidence to', () => {
  it.each<[string, RequestInit, (request: SeenRequest) => unknown, unknown]>([
    ['JSON', typed('application/json', '{"a":1}'), json, { a: 1, ...evidence }],
    ['JSON of another name', typed('application/vnd.shop+json', '{"a":1}'), json, { a: 1, ...evidence }],
    ['no body', {}, json, evidence],
    [
      'a query string',
      { body: new URLSearchParams('a=1&a=2') },
      ({ body }) => body,
      'a=1&a=2&checkify_token=proof',
    ],
  ])('%s', async (_, init, read, expected) => {
    await post(init);
    expect(stub.seen.map(read)).toHaveLength(2);
    expect(read(stub.seen[1] as SeenRequest)).toEqual(expected);
  });

  it('FormData with a file', async () => {
    const form = new FormData();
    form.set('a', '1');
    form.set('file', new Blob(['bytes']), 'cv.txt');
    await post({ body: form, headers: { 'x-mine': 'kept' } });
    const [, second] = stub.seen;
    const parsed = new Response(second?.body, {
      headers: { 'content-type': second?.headers['content-type'] ?? '' },
    });
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- a test needs no busboy
    const repeated = await parsed.formData();
    expect([...repeated.keys()]).toEqual(['a', 'file', 'checkify_token']);
    expect(await (repeated.get('file') as File).text()).toBe('bytes');
    expect(second?.headers['x-mine']).toBe('kept');
  });

  it('a Request as to a URL', async () => {
    const request = new Request(`${stub.url}/order`, { method: 'PUT', ...typed('application/json', '{}') });
    const { status } = await verifiedFetch(request, undefined, { prove });
    expect(status).toBe(200);
    expect(stub.seen.map(({ method, body }) => [method, body])).toEqual([
      ['PUT', '{}'],
      ['PUT', JSON.stringify(evidence)],
    ]);
  });

  it.each([
    ['an array', typed('application/json', '[1]')],
    ['text', { body: 'text' }],
    ['what is no JSON', typed('application/json', '{')],
  ])('never %s, and then proves nothing', async (_, init) => {
    let proofs = 0;
    const counting = (): Evidence => {
      proofs++;
      return evidence;
    };
    await expect(post(init, { prove: counting })).rejects.toThrow();
    expect([proofs, stub.seen.length]).toEqual([0, 1]);
  });
});

describe('verifiedFetch leaves alone', () => {
  it.each<[string, Script]>([
    ['a success', reply(200, { code: 'verification_required', demands: [] })],
    ['a refusal without demands', reply(403, { code: 'verification_required' })],
    ['another refusal', reply(403, { code: 'verification_rejected', demands: [] })],
    ['a page', reply(403, '<html>', { 'content-type': 'text/html' })],
    ['broken JSON', reply(403, '{')],
  ])('%s', async (_, script) => {
    stub.reset(script);
    const response = await post(
      {},
      {
        prove: () => {
          throw new Error('nothing was to be proved');
        },
      },
    );
    expect(await response.text()).toBeDefined(); // the body is still to be read
    expect(stub.seen).toHaveLength(1);
  });
});

describe('verifiedFetch waits', () => {
  it.each([429, 503])('as long as %d says, once', async status => {
    stub.reset(reply(status, {}, { 'retry-after': '0' }));
    expect((await post(typed('application/json', '{"a":1}'))).status).toBe(status);
    expect(stub.seen.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
  });

  it.each([
    ['for too long', 429, '11'],
    ['without being told how long', 503, undefined],
    ['for what is no time', 503, 'soon'],
    ['after another status', 500, '0'],
  ])('never %s', async (_, status, time) => {
    stub.reset(reply(status, {}, time === undefined ? {} : { 'retry-after': time }));
    await post({});
    expect(stub.seen).toHaveLength(1);
  });

  it('no longer than its signal', async () => {
    const controller = new AbortController();
    stub.reset((request, response) => {
      reply(503, {}, { 'retry-after': '9' })(request, response);
      response.on('close', () => {
        controller.abort(new Error('left the page'));
      });
    });
    await expect(post({ signal: controller.signal })).rejects.toThrow('left the page');
  });
});

it('verifiedFetch gives up with its signal, also while somebody proves', async () => {
  const controller = new AbortController();
  const never = (): Promise<Evidence> => {
    controller.abort(new Error('left the page'));
    return new Promise(() => undefined);
  };
  await expect(post({ signal: controller.signal }, { prove: never })).rejects.toThrow('left the page');
  expect(stub.seen).toHaveLength(1);
});

function json({ body }: SeenRequest): unknown {
  return JSON.parse(body === '' ? 'null' : body);
}
