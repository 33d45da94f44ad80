import { HttpService } from '@nestjs/axios';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { NEVER } from 'rxjs';
import { VerificationHttpService, type HttpOptions } from 'nestjs-verification';
import { startServices, type RunningServices } from '../support/services.js';
import { reply, StubServer } from '../support/stub-server.js';
import { VERIFICATIONS, verificationOf } from './verifications.js';

const { yes, ask } = verificationOf('humanproof');

type Ask = (services: RunningServices) => Promise<unknown>;

// The parts of a request that clients may write differently: the case of a header, the spelling of a path or of a text.
const TEXTS = ['t', 'a/b', 'x?y#z', '%2e%2e', '../..', 'a+b=c', '//evil.example', '{}|^`<>"\\'];
const QUESTIONS: readonly (readonly [string, Ask])[] = [
  ...VERIFICATIONS.map(({ provider, ask }): [string, Ask] => [provider, ask]),
  ['a start of Checkify', ({ checkify }) => checkify.startSession(SESSION)],
  ['a message of EngageLab', ({ engagelab }) => engagelab.send({ to: '+4512345678', templateId: 't' })],
  ['a start of VerifyID', ({ verifyid }) => verifyid.start(LOGIN)],
  ...TEXTS.flatMap((text): [string, Ask][] => [
    [`JSON with ${text}`, ({ humanproof }) => humanproof.verify({ token: text })],
    [
      `a path with ${text}`,
      ({ verifyid }) => verifyid.verify({ token: text, deviceId: text }, { claims: ['age_over_18'] }),
    ],
  ]),
];
const SESSION = { passId: 'chk_1', requestType: 'human', siteUrl: 'https://shop.example' } as const;
const LOGIN = { returnUrl: 'https://shop.example/a?b=c d', minimumAge: 18, method: 'mitid' } as const;

describe('past axios, through axios and without axios', () => {
  let stub: StubServer;
  let ways: readonly RunningServices[];

  beforeAll(async () => {
    stub = await StubServer.start();
    const https = [{}, { axios: {} }, { transport: 'undici' }] as const;
    const options = https.map(http => ({ http: { retries: 0, breaker: false, ...http } as const }));
    ways = await Promise.all(options.map(each => startServices(stub.url, each)));
  });
  afterAll(async () => {
    await Promise.all(ways.map(({ module }) => module.close()));
    await stub.stop();
  });

  it.each(QUESTIONS)('the same is on the wire: %s', async (_, question) => {
    stub.reset(reply(404, {}));
    for (const way of ways) await question(way).catch(() => undefined);
    const requests = stub.seen.map(({ method, path, headers, body }) => ({
      method,
      path: path.replace(UUID, 'a UUID').replace(/challenge_id%3D[\w-]{32}/, 'a challenge'),
      headers,
      body,
    }));
    expect(requests).toHaveLength(3);
    expect(requests[1]).toEqual(requests[0]);
    expect(requests[2]).toEqual(requests[0]);
  });
});
const UUID = /[\da-f]{8}-[\da-f-]{27}/;

describe('the default transport', () => {
  let stub: StubServer;
  let services: RunningServices | undefined;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(() => {
    stub.reset(reply(200, yes));
  });
  afterEach(async () => {
    await services?.module.close();
    services = undefined;
  });
  afterAll(() => stub.stop());

  async function start(http: HttpOptions = {}): Promise<VerificationHttpService> {
    services = await startServices(stub.url, { http: { retries: 0, breaker: false, ...http } });
    return services.module.get(VerificationHttpService);
  }

  it('goes past axios while nobody customised it', async () => {
    const service = await start();
    expect(service.isTransparent).toBe(true);
    expect(await ask(services!)).toMatchObject({ outcome: 'accepted' });
  });

  /** What an application can do to axios at run time, and how to see that it took effect. */
  const CUSTOMISATIONS: readonly [string, (service: VerificationHttpService) => void][] = [
    ['a request interceptor', ({ axiosRef }) => axiosRef.interceptors.request.use(config => config)],
    ['a response interceptor', ({ axiosRef }) => axiosRef.interceptors.response.use(response => response)],
    ['a common header', ({ axiosRef }) => (axiosRef.defaults.headers.common['x-a'] = 'b')],
    ['another Accept', ({ axiosRef }) => (axiosRef.defaults.headers.common.Accept = 'text/html')],
    ['a header of a method', ({ axiosRef }) => (axiosRef.defaults.headers.post['x-a'] = 'b')],
    [
      'a header of a new method',
      ({ axiosRef }) => Object.assign(axiosRef.defaults.headers, { query: { a: 'b' } }),
    ],
    ['other headers', ({ axiosRef }) => (axiosRef.defaults.headers = { ...axiosRef.defaults.headers })],
    ['other defaults', ({ axiosRef }) => (axiosRef.defaults = { ...axiosRef.defaults })],
    ['a proxy', ({ axiosRef }) => (axiosRef.defaults.proxy = { host: '127.0.0.1', port: 1 })],
    ['an agent', ({ axiosRef }) => (axiosRef.defaults.httpAgent = {})],
    ['a timeout', ({ axiosRef }) => (axiosRef.defaults.timeout = 5)],
    ['an adapter', ({ axiosRef }) => (axiosRef.defaults.adapter = 'http')],
    [
      'a transform',
      ({ axiosRef }) => (axiosRef.defaults.transformResponse as unknown[]).push((x: unknown) => x),
    ],
    ['a request of its own', service => (service.request = () => NEVER)],
    [
      'an axios request of its own',
      ({ axiosRef }) => (axiosRef.request = () => Promise.reject(new Error('own'))),
    ],
  ];

  it.each(CUSTOMISATIONS)('goes through axios from %s on', async (_, customise) => {
    const service = await start();
    await ask(services!);
    expect(service.isTransparent).toBe(true);
    customise(service);
    expect(service.isTransparent).toBe(false);
  });

  it('goes through axios with options for it, of the module or of one provider', async () => {
    expect((await start({ axios: {} })).isTransparent).toBe(false);
    await services!.module.close();
    services = await startServices(stub.url);
    await services.module.close();
    const baseUrl = stub.url;
    services = await startServices(baseUrl, {
      providers: { humanproof: { secret: 's', baseUrl, http: { axios: { headers: { 'x-tenant': 'dk' } } } } },
    });
    await ask(services);
    expect(stub.seen.at(-1)?.headers['x-tenant']).toBe('dk');
  });

  it.each<[string, HttpOptions]>([
    ['past axios', {}],
    ['through axios', { axios: {} }],
  ])("sends nothing of the process's own axios.defaults: %s", async (_, http) => {
    const { common } = axios.defaults.headers;
    common['x-global'] = 'yes';
    common['Authorization'] = 'Bearer of-another-server';
    axios.defaults.auth = { username: 'back', password: 'end' };
    axios.defaults.httpAgent = {};
    axios.defaults.proxy = { host: '127.0.0.1', port: 1 };
    try {
      await start(http);
      expect(await ask(services!)).toMatchObject({ outcome: 'accepted' });
      const headers = stub.seen.at(-1)?.headers ?? {};
      expect(headers).not.toHaveProperty('x-global');
      expect(headers).not.toHaveProperty('authorization');
    } finally {
      Reflect.deleteProperty(common, 'x-global');
      Reflect.deleteProperty(common, 'Authorization');
      for (const name of ['auth', 'httpAgent', 'proxy']) Reflect.deleteProperty(axios.defaults, name);
    }
  });

  it('goes through axios where all of HttpService was changed', async () => {
    const service = await start();
    const original = Object.getOwnPropertyDescriptor(HttpService.prototype, 'request')!;
    const request = original.value as (this: HttpService, config: object) => unknown;
    let calls = 0;
    Object.defineProperty(HttpService.prototype, 'request', {
      ...original,
      value: function (this: HttpService, config: object) {
        calls++;
        return request.call(this, config);
      },
    });
    try {
      expect(service.isTransparent).toBe(false);
      await ask(services!);
      expect(calls).toBe(1);
    } finally {
      Object.defineProperty(HttpService.prototype, 'request', original);
    }
  });
});
