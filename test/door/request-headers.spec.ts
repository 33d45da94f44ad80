import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { VerificationHttpService, type HttpOptions } from 'nestjs-verification';
import { withRequestHeaders } from '../../lib/src/http/request-headers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { startServices, type RunningServices } from '../support/services.js';
import { reply, StubServer } from '../support/stub-server.js';
import { VERIFICATIONS, verificationOf } from './verifications.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const OURS = { 'user-agent': `nestjs-verification/${version}`, 'accept-encoding': 'identity' };

describe.each<[string, HttpOptions]>([
  ['undici', { transport: 'undici' }],
  ['axios that nobody configured', {}],
  ['axios', { axios: {} }],
  ['axios with an agent of its own', { axios: { httpAgent: new Agent() } }],
])('the headers of a request over %s', (_, http) => {
  let stub: StubServer;
  let services: RunningServices;

  beforeAll(async () => {
    stub = await StubServer.start();
  });
  beforeEach(async () => {
    services = await startServices(stub.url, { http: { retries: 0, ...http } });
  });
  afterEach(() => services.module.close());
  afterAll(() => stub.stop());

  it.each(VERIFICATIONS)('say who asks $provider, and that nothing is to be compressed', async each => {
    stub.reset(reply(200, each.yes));
    expect(await each.ask(services)).toMatchObject({ outcome: 'accepted' });
    expect(stub.seen[0]!.headers).toMatchObject(OURS);
  });

  it('say so in a start and in the sending of a code too', async () => {
    stub.reset(reply(200, { url: 'https://app.verifyid.dk/x', message_id: 'm1', send_channel: 'sms' }));
    await services.verifyid.start({ returnUrl: 'https://shop.example', minimumAge: 18, method: 'mitid' });
    await services.engagelab.send({ to: '+4520123456', templateId: 't', purpose: 'login' });
    expect(stub.seen.map(({ headers }) => headers)).toEqual([
      expect.objectContaining(OURS),
      expect.objectContaining(OURS),
    ]);
  });
});

describe('the headers of the application', () => {
  const own = { 'User-Agent': 'shop/1', 'Accept-Encoding': 'br' };
  const seen = { 'user-agent': 'shop/1', 'accept-encoding': 'br' };
  let stub: StubServer;

  beforeAll(async () => {
    stub = await StubServer.start();
    stub.reset(reply(200, HUMANPROOF.yes));
  });
  afterAll(() => stub.stop());

  async function headersWith(http: HttpOptions, configure?: (of: RunningServices) => void): Promise<unknown> {
    stub.reset(stub.script);
    const services = await startServices(stub.url, { http });
    configure?.(services);
    await verificationOf('humanproof').ask(services);
    await services.module.close();
    return stub.seen[0]!.headers;
  }

  it('win in http.axios', async () => {
    expect(await headersWith({ axios: { headers: own } })).toMatchObject(seen);
  });

  it('win in axiosRef.defaults', async () => {
    const headers = await headersWith({}, ({ module }) => {
      Object.assign(module.get(VerificationHttpService).axiosRef.defaults.headers.common, own);
    });
    expect(headers).toMatchObject(seen);
  });

  it('win in an interceptor', async () => {
    const headers = await headersWith({}, ({ module }) => {
      module.get(VerificationHttpService).axiosRef.interceptors.request.use(config => {
        config.headers.set(own);
        return config;
      });
    });
    expect(headers).toMatchObject(seen);
  });

  it('win in a provider’s request, in any case', () => {
    expect(withRequestHeaders(own)).toEqual(seen);
  });
});

it.each(['axios', 'undici'] as const)('reads the first of repeated headers over %s', async transport => {
  const stub = await StubServer.start();
  const services = await startServices(stub.url, { http: { transport, retries: 0 } });
  stub.reset((_, response) => {
    response.writeHead(429, ['retry-after', '120', 'retry-after', '60', 'x-a', '1', 'x-a', '2']).end('{}');
  });
  const asked = verificationOf('humanproof').ask(services);
  await expect(asked).rejects.toMatchObject({ retryAfterMs: 120_000 });
  await services.module.close();
  await stub.stop();
});
