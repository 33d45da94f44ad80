import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module, RequestMethod, VersioningType, type INestApplication } from '@nestjs/common';
import { ContextIdFactory, RouterModule, type ContextId } from '@nestjs/core';
import { VerificationModule } from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, PLATFORMS, type RunningApplication } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';
import * as shop from './http-shop.js';

const TENANT = { id: 1 } as ContextId;

let stub: StubServer;
beforeAll(async () => {
  stub = await StubServer.start();
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.reset(yes);
  shop.ran.times = 0;
});

type Visit = readonly [what: string, path: string, headers: Record<string, string>, from: string];

const COMMON: readonly Visit[] = [
  ['a controller that is made per request', '/api/per-request', {}, 'hello'],
  ['a durable controller', '/api/durable', {}, 'tenant'],
  ['a route that is left out of the global prefix', '/streams/file', {}, 'file'],
  ['server-sent events', '/api/streams/events', {}, 'events'],
  ['a route of RouterModule', '/api/mounted/routed', {}, 'routed'],
  ['a route of a host', '/api/hosted', { host: 'shop.example' }, 'hosted'],
];

describe.each(PLATFORMS)('%s', platform => {
  describe.each<[string, Parameters<INestApplication['enableVersioning']>[0], readonly Visit[]]>([
    [
      'URI versions',
      { type: VersioningType.URI },
      [
        ['the first version', '/api/v1/versions', {}, 'first'],
        ['the second version', '/api/v2/versions', {}, 'second'],
      ],
    ],
    [
      'versions in a header',
      { type: VersioningType.HEADER, header: 'x-version' },
      [
        ['the first version', '/api/versions', { 'x-version': '1' }, 'first'],
        ['the second version', '/api/versions', { 'x-version': '2' }, 'second'],
      ],
    ],
  ])('with a global prefix and %s', (_, versioning, visits) => {
    let running: RunningApplication;

    beforeAll(async () => {
      ContextIdFactory.apply({
        attach: contextId => ({
          resolve: info => (info.isTreeDurable ? TENANT : contextId),
          payload: {},
        }),
      });
      running = await boot(
        platform,
        {
          imports: [
            VerificationModule.forRoot(optionsFor(stub)),
            shop.RoutedModule,
            RouterModule.register([{ path: 'mounted', module: shop.RoutedModule }]),
          ],
          controllers: [
            shop.VersionedController,
            shop.HostedController,
            shop.PerRequestController,
            shop.DurableController,
            shop.StreamController,
          ],
          providers: [shop.PerRequest, shop.PerTenant],
        },
        app => {
          app.setGlobalPrefix('api', { exclude: [{ path: 'streams/file', method: RequestMethod.GET }] });
          app.enableVersioning(versioning);
        },
      );
    });
    afterAll(() => running.app.close());

    it.each([...COMMON, ...visits])('%s is held to its demand', async (__, path, headers, from) => {
      const refused = await shop.get(`${running.url}${path}`, headers);
      expect({ status: refused.status, body: JSON.parse(refused.text) as unknown }).toMatchObject({
        status: 403,
        body: { code: 'verification_required' },
      });
      expect(shop.ran.times).toBe(0);
      expect(stub.seen).toHaveLength(0);

      const { status, text } = await shop.get(`${running.url}${path}?checkify_request_id=r1`, headers);
      expect(status).toBe(200);
      expect(text).toContain(`{"from":"${from}","requestId":"r1"}`);
      expect(shop.ran.times).toBe(1);
      expect(stub.seen).toHaveLength(1);
    });

    it('a version demands what is written on it', async () => {
      const [, path, headers] = visits[1]!;
      await shop.get(`${running.url}${path}?checkify_request_id=r1`, headers);
      expect(stub.seen[0]?.body).toContain('age_over_18');
    });

    it.each([
      ['another version', '/api/v3/versions', { 'x-version': '3' }],
      ['no version', '/api/versions', {}],
      ['another host', '/api/hosted', { host: 'other.example' }],
      ['no prefix', '/per-request', {}],
    ])('with %s nothing runs', async (__, path, headers) => {
      const { status } = await shop.get(`${running.url}${path}?checkify_request_id=r1`, headers);
      expect(status).toBe(404);
      expect(shop.ran.times).toBe(0);
      expect(stub.seen).toHaveLength(0);
    });
  });

  it('two instances of the module each ask their own provider', async () => {
    const other = await StubServer.start();
    other.reset(yes);
    class First {}
    Module({
      imports: [VerificationModule.forRoot({ ...optionsFor(stub), isGlobal: false })],
      controllers: [shop.RoutedController],
    })(First);
    class Second {}
    Module({
      imports: [VerificationModule.forRoot({ ...optionsFor(other), isGlobal: false })],
      controllers: [shop.StreamController],
    })(Second);
    const { app, url } = await boot(platform, { imports: [First, Second] });
    expect((await shop.get(`${url}/routed?checkify_request_id=r1`)).status).toBe(200);
    expect((await shop.get(`${url}/streams/file?checkify_request_id=r2`)).status).toBe(200);
    expect(stub.seen.map(({ body }) => body).join()).toMatch(/"r1"/);
    expect(other.seen.map(({ body }) => body).join()).toMatch(/"r2"/);
    expect([stub.seen.length, other.seen.length]).toEqual([1, 1]);
    await app.close();
    await other.stop();
  });
});

describe('an upload', () => {
  let running: RunningApplication;

  beforeAll(async () => {
    running = await boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [shop.UploadController],
    });
  });
  afterAll(() => running.app.close());

  const upload = async (path: string, headers: Record<string, string>): Promise<[number, unknown]> => {
    const body = new FormData();
    body.set('checkify_token', 'r1');
    body.set('file', new Blob(['four']), 'four.txt');
    const response = await fetch(`${running.url}/upload/${path}`, { method: 'POST', headers, body });
    return [response.status, await response.json()];
  };

  it('is refused with the proof in its form, which Nest reads after the guards', async () => {
    expect(await upload('field', {})).toMatchObject([403, { code: 'verification_required' }]);
    expect(shop.ran.times).toBe(0);
    expect(stub.seen).toHaveLength(0);
  });

  it('is accepted with the proof in a header, where `evidence` reads it', async () => {
    expect(await upload('header', {})).toMatchObject([403, { code: 'verification_required' }]);
    expect(await upload('header', { 'x-checkify-token': 'r1' })).toEqual([
      201,
      { from: 'header', requestId: 'r1', size: 4 },
    ]);
    expect(stub.seen).toHaveLength(1);
  });
});
