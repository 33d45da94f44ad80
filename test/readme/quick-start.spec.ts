import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from 'nestjs-verification';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
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
