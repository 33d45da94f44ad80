import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AxiosResponse } from 'axios';
import { Agent as UndiciAgent } from 'undici';
import {
  ProviderProtocolError,
  ProviderUnavailableError,
  VerificationError,
  VerificationHttpService,
  type HttpOptions,
} from 'nestjs-verification';
import { ForwardProxy } from '../support/forward-proxy.js';
import { startServices, type RunningServices } from '../support/services.js';
import { reply, StubServer } from '../support/stub-server.js';
import { verificationOf } from './verifications.js';

const { yes, ask } = verificationOf('humanproof');
const read = (name: string): string =>
  readFileSync(new URL(`../support/tls/${name}`, import.meta.url), 'utf8');
const [cert, key] = [read('cert.pem'), read('key.pem')];

describe('the door', () => {
  let stub: StubServer;
  let services: RunningServices;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(() => {
    stub.reset(reply(200, yes));
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  async function start(http: HttpOptions, url = stub.url): Promise<void> {
    services = await startServices(url, { http: { retries: 0, breaker: false, ...http } });
  }

  describe('through HttpService', () => {
    it('runs the application’s request interceptors', async () => {
      await start({});
      services.module.get(VerificationHttpService).axiosRef.interceptors.request.use(config => {
        config.headers.set('x-trace', 'abc');
        return config;
      });
      expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
      expect(stub.seen[0]!.headers['x-trace']).toBe('abc');
    });

    it('runs the application’s response interceptors, which may parse the reply', async () => {
      await start({});
      const statuses: number[] = [];
      services.module.get(VerificationHttpService).axiosRef.interceptors.response.use(response => {
        statuses.push(response.status);
        response.data = JSON.parse(response.data as string);
        return response;
      });
      expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
      expect(statuses).toEqual([200]);
    });

    it.each([
      ['a request interceptor that throws', 'request'],
      ['a response interceptor that throws', 'response'],
    ] as const)('refuses after %s', async (_, phase) => {
      await start({});
      const { interceptors } = services.module.get(VerificationHttpService).axiosRef;
      interceptors[phase].use(() => {
        throw new Error('the application’s own trouble');
      });
      await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
    });

    it.each([
      ['a request interceptor that never ends', 'request'],
      ['a response interceptor that never ends', 'response'],
    ] as const)('keeps its time with %s', async (_, phase) => {
      await start({ timeoutMs: 50 });
      const { interceptors } = services.module.get(VerificationHttpService).axiosRef;
      interceptors[phase].use(() => new Promise<never>(() => undefined));
      await expect(ask(services)).rejects.toThrow('timeout');
    });

    it.each<[string, (response: AxiosResponse) => unknown]>([
      ['nothing', () => undefined],
      ['the data alone', response => response.data as unknown],
      ['a response without headers', ({ status, data }) => ({ status, data })],
      ['what is no JSON', response => ({ ...response, data: { total: 1n } })],
    ])('survives a response interceptor that returns %s', async (_, broken) => {
      await start({});
      const { interceptors } = services.module.get(VerificationHttpService).axiosRef;
      interceptors.response.use(response => broken(response) as AxiosResponse);
      await ask(services).catch((error: unknown) => {
        expect(error).toBeInstanceOf(VerificationError);
      });
    });

    it('refuses at once when an interceptor sends a request again', async () => {
      await start({});
      const { axiosRef } = services.module.get(VerificationHttpService);
      axiosRef.interceptors.response.use(({ config }) => axiosRef.request(config));
      await expect(ask(services)).rejects.toThrow('ERR_EXCHANGE_OVER');
      expect(stub.seen).toHaveLength(1);
    });

    it('asks once through an adapter of the application, whose requests it cannot follow', async () => {
      let asked = 0;
      const adapter = (): Promise<never> => {
        asked++;
        return Promise.reject(Object.assign(new Error('lost'), { code: 'ECONNRESET' }));
      };
      await start({ retries: 2, axios: { adapter } });
      await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
      expect(asked).toBe(1);
    });

    it('honours axiosRef.defaults', async () => {
      await start({});
      services.module.get(VerificationHttpService).axiosRef.defaults.headers.common['x-tenant'] = 'dk';
      await ask(services);
      expect(stub.seen[0]!.headers['x-tenant']).toBe('dk');
    });

    it('honours http.axios', async () => {
      await start({ axios: { headers: { 'x-tenant': 'no' } } });
      await ask(services);
      expect(stub.seen[0]!.headers['x-tenant']).toBe('no');
    });

    it('keeps our own headers where http.axios has others', async () => {
      await start({ axios: { headers: { Accept: 'text/html', 'Content-Type': 'text/plain' } } });
      await ask(services);
      expect(stub.seen[0]!.headers).toMatchObject({
        accept: 'application/json',
        'content-type': 'application/json',
      });
    });

    it.each<[string, HttpOptions['axios']]>([
      ['timeout', { timeout: 50 }],
      ['maxContentLength', { maxContentLength: 5 }],
      ['signal', { signal: AbortSignal.abort() }],
      ['family', { family: 6 }],
    ])('honours %s in http.axios', async (name, options) => {
      await start({ axios: options }, stub.url.replace('127.0.0.1', 'localhost'));
      if (name === 'timeout') stub.reset(() => undefined);
      await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
    });

    it('asks whom lookup in http.axios names', async () => {
      const names: string[] = [];
      const lookup = (name: string, _: object, answer: (...found: [null, string, 4]) => void): void => {
        names.push(name);
        answer(null, '127.0.0.1', 4);
      };
      await start({ axios: { lookup } }, stub.url.replace('127.0.0.1', 'shop.localhost'));
      expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
      expect(names).toEqual(['shop.localhost']);
    });

    it('ends a request under way when signal in http.axios says so', async () => {
      const controller = new AbortController();
      await start({ axios: { signal: controller.signal }, timeoutMs: 20_000, deadlineMs: 20_000 });
      stub.reset(() => {
        controller.abort();
      });
      const since = performance.now();
      await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
      expect(performance.now() - since).toBeLessThan(4000);
    });

    it.each([
      { maxRedirects: 5 },
      { validateStatus: () => true },
      { baseURL: 'https://elsewhere' },
      { time: 1 },
    ])('does not start with %j in http.axios, which could not work', async options => {
      await start({});
      const axios = options as HttpOptions['axios'];
      const [name = ''] = Object.keys(options);
      await expect(start({ axios })).rejects.toThrow(`"http.axios" must not have ${name}`);
    });

    it('serves nobody else: a foreign request through it is refused', async () => {
      await start({});
      const { axiosRef } = services.module.get(VerificationHttpService);
      await expect(axiosRef.get(stub.url)).rejects.toThrow('ERR_FOREIGN_REQUEST');
    });

    describe('with what only axios’ own adapter knows', () => {
      it('goes through the axios proxy option', async () => {
        const proxy = await ForwardProxy.start();
        try {
          await start({ axios: { proxy: { host: '127.0.0.1', port: proxy.port, protocol: 'http' } } });
          expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
          expect(proxy.asked).toHaveLength(1);
        } finally {
          await proxy.stop();
        }
      });

      const agent = { axios: { httpAgent: new HttpAgent() } };
      it('keeps the body within maxResponseBytes', async () => {
        await start({ ...agent, maxResponseBytes: 10 });
        await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
      });
      it('keeps its time over a dripping body', async () => {
        await start({ ...agent, timeoutMs: 60 });
        stub.reset((_, response) => {
          const drip = setInterval(() => response.write(' '), 5);
          response.on('close', () => {
            clearInterval(drip);
          });
        });
        await expect(ask(services)).rejects.toThrow('timeout');
      });
      it('can read a provider that compresses for whom it may', async () => {
        await start(agent);
        stub.reset(({ headers }, response) => {
          const packs = String(headers['accept-encoding']).includes('gzip');
          response.writeHead(200, packs ? { 'content-encoding': 'gzip' } : {});
          response.end(packs ? gzipSync(JSON.stringify(yes)) : JSON.stringify(yes));
        });
        expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
      });
      it('follows no redirect', async () => {
        await start(agent);
        stub.reset(reply(302, yes, { location: `${stub.url}/elsewhere` }));
        await expect(ask(services)).rejects.toBeInstanceOf(ProviderProtocolError);
        expect(stub.seen).toHaveLength(1);
      });
    });
  });

  describe('to a server with a certificate of its own authority', () => {
    const server = createServer({ cert, key }, (_, response) => response.end(JSON.stringify(yes)));
    let url: string;

    beforeAll(async () => {
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      url = `https://localhost:${String((server.address() as AddressInfo).port)}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    it.each(['axios', 'undici'] as const)(
      'is closed over %s unless that authority is trusted',
      async transport => {
        await start({ transport }, url);
        await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError);
      },
    );

    it('opens with an httpsAgent in http.axios', async () => {
      await start({ axios: { httpsAgent: new Agent({ ca: cert }) } }, url);
      expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
    });

    it.each([
      ['HTTP_PROXY', 0],
      ['HTTPS_PROXY', 1],
    ])('goes through %s to https %d times', async (name, times) => {
      const proxy = await ForwardProxy.start();
      process.env[name] = `http://127.0.0.1:${String(proxy.port)}`;
      try {
        await start({}, url);
        await expect(ask(services)).rejects.toBeInstanceOf(ProviderUnavailableError); // the authority is unknown
        expect(proxy.asked).toHaveLength(times);
      } finally {
        Reflect.deleteProperty(process.env, name);
        await proxy.stop();
      }
    });

    it.each(['axios', 'undici'] as const)('opens with http.dispatcher over %s', async transport => {
      const dispatcher = new UndiciAgent({ connect: { ca: cert } });
      await start({ transport, dispatcher }, url);
      expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
      await dispatcher.close();
    });
  });

  describe.each(['axios', 'undici'] as const)('with a proxy in the environment, over %s', transport => {
    let proxy: ForwardProxy;
    const before = { ...process.env };

    beforeEach(async () => {
      proxy = await ForwardProxy.start();
      process.env['HTTP_PROXY'] = `http://127.0.0.1:${String(proxy.port)}`;
    });
    afterEach(async () => {
      process.env = { ...before };
      await proxy.stop();
    });

    it('goes through it', async () => {
      await start({ transport });
      expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
      expect(proxy.asked).toHaveLength(1);
    });

    it.each(['proxy.example:3128', 'not a url', 'ftp://proxy.example'])(
      'does not start with %j for one',
      async value => {
        process.env['HTTPS_PROXY'] = value;
        await expect(start({ transport })).rejects.toThrow('HTTPS_PROXY must be a URL');
        delete process.env['HTTPS_PROXY'];
        await start({ transport });
      },
    );

    it('goes around it where NO_PROXY says so', async () => {
      process.env['NO_PROXY'] = '127.0.0.1';
      await start({ transport });
      expect(await ask(services)).toMatchObject({ outcome: 'accepted' });
      expect(proxy.asked).toHaveLength(0);
    });
  });
});
