import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import { ConfigurationError, VerificationModule } from 'nestjs-verification';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { VerificationHealthIndicator, VerificationTerminusModule } from 'nestjs-verification/terminus';
import { boot, PLATFORMS, send, type RunningApplication } from '../support/application.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const quickStart = readme.slice(readme.indexOf('## Quick start'));
const codeOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(quickStart)?.[1] ?? '';

type Class = new () => object;

describe('the quick start of the README', () => {
  const before = { ...process.env };
  let folder: string;
  let AppModule: Class;
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
    process.env['CHECKIFY_BASE_URL'] = sandbox.baseUrls.checkify;
    folder = mkdtempSync(join(root, 'test/readme/pasted-'));
    writeFileSync(join(folder, 'app.module.ts'), codeOf('ts'));
    process.env['CHECKIFY_API_KEY'] = sandbox.credentials.checkify.apiKey;
    ({ AppModule } = (await import(join(folder, 'app.module.ts'))) as { AppModule: Class });
  });

  afterAll(async () => {
    process.env = before;
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  describe.each(PLATFORMS)('pasted into an application on %s', platform => {
    let running: RunningApplication;

    beforeAll(async () => {
      running = await boot(platform, { imports: [AppModule] });
    });
    afterAll(() => running.app.close());

    it('lets a human through', async () => {
      const { requestId } = sandbox.checkify.start({ requestType: 'human' });
      sandbox.checkify.approve(requestId);
      const form = { email: 'ada@example.com', checkify_token: requestId };
      expect(await send(`${running.url}/signup`, form)).toMatchObject({
        status: 201,
        body: { welcome: 'ada@example.com' },
      });
    });

    it('answers a request without a proof as the README says', async () => {
      const { status, body } = await send(`${running.url}/signup`, { email: 'ada@example.com' });
      expect(status).toBe(403);
      expect(body).toEqual(JSON.parse(codeOf('json')));
    });
  });

  it('does not start without the key, and says what to set', async () => {
    delete process.env['CHECKIFY_API_KEY'];
    const error: unknown = await boot('express', { imports: [AppModule] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain('SignupController.signUp()');
    expect((error as Error).message).toContain('Set CHECKIFY_API_KEY');
  });
});

describe('the tests of the README', () => {
  /** The code in a section, block by block. */
  function blocksOf(section: string): string[] {
    const text = readme.slice(readme.indexOf(`\n## ${section}\n`)).split('\n## ')[1] ?? '';
    return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  }

  const IMPORTS = `
import { expect } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { overrideVerification } from 'nestjs-verification/testing';
import { startSandbox } from 'nestjs-verification/sandbox';
import { request } from '../request.js';
import { AppModule } from './app.module.js';
`;

  interface Pasted {
    fakes(): Promise<{ readonly app: INestApplication }>;
    sandbox(): Promise<{ readonly app: INestApplication; readonly sandbox: Sandbox }>;
  }

  const [fakes = '', sandbox = ''] = blocksOf('In tests');
  const started: { close(): Promise<void> }[] = [];
  let folder: string;
  let pasted: Pasted;

  beforeAll(async () => {
    folder = mkdtempSync(join(root, 'test/readme/pasted-'));
    writeFileSync(join(folder, 'app.module.ts'), blocksOf('Quick start')[0] ?? '');
    const bodies = `
    export async function fakes() { ${fakes} return { app }; }
    export async function sandbox() { ${sandbox} return { app, sandbox }; }
  `;
    writeFileSync(join(folder, 'tests.ts'), IMPORTS + bodies);
    pasted = (await import(join(folder, 'tests.ts'))) as Pasted;
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true });
    for (const each of started) await each.close();
  });

  it('the test with fakes passes on the quick start', async () => {
    const { app } = await pasted.fakes();
    started.push(app);
  });

  it('the test on the sandbox passes on the quick start', async () => {
    const { app, sandbox } = await pasted.sandbox();
    started.push(app, sandbox);
    expect(sandbox.calls).toMatchObject([{ provider: 'checkify', status: 200 }]);
  });

  it.each([fakes, sandbox])('each is ten lines', code => {
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
  });
});

const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');

it('the health check of the guide is up', async () => {
  const code = /```ts\n(health\.check\(.*?)```/s.exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(root, 'test/readme/pasted-'));
  const file = join(folder, 'health.ts');
  writeFileSync(file, `export const check = (health, indicator) => ${code}`);
  const { app } = await boot('express', {
    imports: [VerificationModule.forRoot(), VerificationTerminusModule],
  });
  try {
    const { check } = (await import(file)) as { check: (...services: object[]) => unknown };
    const health = await app.resolve(HealthCheckService, undefined, { strict: false });
    expect(await check(health, app.get(VerificationHealthIndicator))).toMatchObject({
      status: 'ok',
      details: { verification: { status: 'up', providers: { checkify: 'closed' } } },
    });
  } finally {
    rmSync(folder, { recursive: true });
    await app.close();
  }
});
