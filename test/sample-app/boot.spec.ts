import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Redis } from 'ioredis';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { readConfig } from '../../sample-app/src/app.config.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { createApp } from '../../sample-app/src/create-app.js';

const PRODUCTION = { NODE_ENV: 'production', COOKIE_SECRET: 'x', PUBLIC_URL: 'https://shop.example' };

describe('the sample app', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  let sandbox: Sandbox | undefined;
  const nodeEnv = process.env['NODE_ENV'];

  afterEach(async () => {
    process.env['NODE_ENV'] = nodeEnv;
    await sandbox?.close();
    sandbox = undefined;
  });

  it('refuses the sandbox in production', async () => {
    process.env['NODE_ENV'] = 'production';
    sandbox = await startSandbox();
    await expect(createApp(readConfig(PRODUCTION), sandbox)).rejects.toThrow(
      '"providers.checkify.apiKey" is a public test credential, and NODE_ENV is production',
    );
  });

  it.each(['COOKIE_SECRET', 'PUBLIC_URL'])('has no default for %s where visitors are real', name => {
    expect(() => readConfig({ ...PRODUCTION, [name]: undefined })).toThrow(`Set ${name}`);
    const live = { ...PRODUCTION, NODE_ENV: undefined, VERIFYID_PLUGIN_KEY: 'k' };
    expect(() => readConfig({ ...live, [name]: undefined })).toThrow(`Set ${name}`);
    expect(readConfig(live)).toMatchObject({ cookieSecret: 'x', publicUrl: 'https://shop.example' });
  });

  it.each([
    ['https://shop.example', /^__Host-visitor=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/],
    [undefined, /^visitor=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/],
  ])('no answer is stored, and no subdomain sets its cookie: %s', async (publicUrl, cookie) => {
    sandbox = await startSandbox();
    const app = await createApp(readConfig({ PUBLIC_URL: publicUrl }), sandbox);
    await app.listen(0, '127.0.0.1');
    const { headers } = await fetch(`${await app.getUrl()}/age-gate`);
    await app.close();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(cookie)]);
  });

  it('uses the sandbox only without credentials', () => {
    expect(readConfig({}).hasCredentials).toBe(false);
    expect(readConfig({ ...PRODUCTION, HUMANPROOF_SECRET: 's' }).hasCredentials).toBe(true);
  });
});

describeWithRedis('with REDIS_URL', () => {
  it('instances share their state, and close Redis with the app', async () => {
    const [redis, sandbox] = [await RedisServer.start(), await startSandbox()];
    const start = async (): Promise<NestExpressApplication> => {
      const app = await createApp(readConfig({ REDIS_URL: redis.url }), sandbox);
      await app.listen(0, '127.0.0.1');
      return app;
    };
    const apps = [await start(), await start()];
    const urls = await Promise.all(apps.map(app => app.getUrl()));
    const send = (url: string): Promise<Response> =>
      fetch(`${url}/signup/phone`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ phone: '20123456', 'humanproof-token': sandbox.humanproof.issueToken() }),
      });
    const answers = await Promise.all([...urls, ...urls].map(send));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429]);
    await Promise.all(apps.map(app => app.close()));
    const client = new Redis(redis.url);
    await until(
      async () =>
        String(await client.client('LIST'))
          .trim()
          .split('\n').length === 1,
    );
    client.disconnect();
    await Promise.all([redis.stop(), sandbox.close()]);
  });
});
