import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { readConfig } from '../../sample-app/src/app.config.js';
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

  it.each(['COOKIE_SECRET', 'PUBLIC_URL'])('does not start in production without %s', name => {
    expect(() => readConfig({ ...PRODUCTION, [name]: undefined })).toThrow(`Set ${name}`);
  });

  it('leaves the sandbox to those without credentials', () => {
    expect(readConfig({}).hasCredentials).toBe(false);
    expect(readConfig({ HUMANPROOF_SECRET: 's' }).hasCredentials).toBe(true);
  });
});
