import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Controller, Post, UseGuards, type Type } from '@nestjs/common';
import { EngageLabOtpService, RequireVerification, VerificationGuard } from 'nestjs-verification';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { boot, send, type ClientReply, type RunningApplication } from '../support/application.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

jest.setTimeout(30_000); // the client takes its time to connect again

const root = fileURLToPath(new URL('../../', import.meta.url));
const recipes = readFileSync(join(root, 'docs/recipes.md'), 'utf8');
const [recipe = ''] = [...recipes.matchAll(/^```ts\n([^]*?)^```$/gm)]
  .map(([, code = '']) => code)
  .filter(code => code.includes('RedisStateStore'));

@Controller()
class LoginController {
  @Post('login')
  @UseGuards(VerificationGuard)
  @RequireVerification('engagelab')
  login(): object {
    return {};
  }
}

describeWithRedis('an application with the Redis recipe of the guide', () => {
  const before = { ...process.env };
  let folder: string;
  let server: RedisServer;
  let sandbox: Sandbox;
  let running: RunningApplication | undefined;

  beforeEach(async () => {
    server = await RedisServer.start();
    sandbox = await startSandbox();
    folder = mkdtempSync(join(root, 'test/store/pasted-'));
    writeFileSync(join(folder, 'shared.module.ts'), recipe);
    const { devKey, devSecret } = sandbox.credentials.engagelab;
    Object.assign(process.env, {
      REDIS_URL: server.url,
      ENGAGELAB_DEV_KEY: devKey,
      ENGAGELAB_DEV_SECRET: devSecret,
      ENGAGELAB_BASE_URL: sandbox.baseUrls.engagelab,
    });
  });
  afterEach(async () => {
    await running?.app.close();
    running = undefined;
    process.env = { ...before };
    rmSync(folder, { recursive: true });
    await sandbox.close();
    await server.stop();
  });

  async function start(): Promise<void> {
    const pasted = (await import(join(folder, 'shared.module.ts'))) as { SharedModule: Type };
    running = await boot('express', { imports: [pasted.SharedModule], controllers: [LoginController] });
  }
  async function challenge(): Promise<string> {
    const to = '+4512345678';
    return (
      await running!.app
        .get(EngageLabOtpService)
        .send({ to, templateId: sandbox.credentials.engagelab.templateId })
    ).challengeId;
  }
  function login(challenge_id: string, verify_code: string): Promise<ClientReply> {
    return send(`${running!.url}/login`, { challenge_id, verify_code });
  }
  async function expectServed(): Promise<void> {
    const id = await challenge();
    expect(await login(id, sandbox.engagelab.lastCode('+4512345678'))).toMatchObject({ status: 201 });
  }

  it('serves the first visitor after a start', async () => {
    await start();
    await expectServed();
  });

  it('starts without Redis, refuses with 503, and serves the first visitor once Redis is up', async () => {
    await server.kill();
    await start();
    const body = { code: 'verification_unavailable' };
    expect(await login('some-challenge', '123456')).toMatchObject({ status: 503, body });
    await server.restart();
    await expectServed();
  });

  it('and the sample app make the client in the same way', () => {
    const sample = readFileSync(join(root, 'sample-app/src/redis-state.ts'), 'utf8');
    const options = /new Redis\(.*, (\{.*\})\)/;
    expect(options.exec(sample)?.[1]).toBe(options.exec(recipe)?.[1]);
    expect([sample, recipe].map(code => code.includes(".on('error'"))).toEqual([true, true]);
  });
});
