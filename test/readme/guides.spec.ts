import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { CheckifyService, VerificationModule } from 'nestjs-verification';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { boot, send, type RunningApplication } from '../support/application.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The example of a guide that has a class of this name. */
function exampleOf(guide: string, name: string): string {
  const text = readFileSync(join(root, 'docs', guide), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
  return blocks.find(code => code.includes(`export class ${name} `)) ?? '';
}

describe('the module with options of ConfigService', () => {
  const before = { ...process.env };
  let folder: string;
  let ConfiguredModule: Type;
  beforeAll(async () => {
    folder = mkdtempSync(join(root, 'test/readme/pasted-'));
    writeFileSync(join(folder, 'configured.module.ts'), exampleOf('recipes.md', 'ConfiguredModule'));
    const pasted: unknown = await import(join(folder, 'configured.module.ts'));
    ({ ConfiguredModule } = pasted as { ConfiguredModule: Type });
  });
  afterAll(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });

  it('does not start without the variable, and names it', async () => {
    await expect(boot('express', { imports: [ConfiguredModule] })).rejects.toThrow('SHOP_CHECKIFY_KEY');
  });

  it('sends the key from there', async () => {
    const sandbox = await startSandbox();
    process.env['SHOP_CHECKIFY_KEY'] = sandbox.credentials.checkify.apiKey;
    process.env['CHECKIFY_BASE_URL'] = sandbox.baseUrls.checkify;
    const { app } = await boot('express', { imports: [ConfiguredModule] });
    try {
      const { requestId } = sandbox.checkify.start();
      sandbox.checkify.approve(requestId);
      const verdict = await app.get(CheckifyService, { strict: false }).verifyHuman(requestId);
      expect(verdict.outcome).toBe('accepted');
    } finally {
      await app.close();
      await sandbox.close();
    }
  });
});

describe('the examples of the guides', () => {
  let folder: string;
  let sandbox: Sandbox;
  let running: RunningApplication;

  beforeAll(async () => {
    folder = mkdtempSync(join(root, 'test/readme/pasted-'));
    sandbox = await startSandbox();
    const controllers: Type[] = [];
    for (const [guide, name] of [
      ['verifyid.md', 'ArenaController'],
      ['checkify.md', 'SignupController'],
      ['humanproof.md', 'ContactController'],
    ] as const) {
      writeFileSync(join(folder, `${name}.ts`), exampleOf(guide, name));
      controllers.push(((await import(join(folder, `${name}.ts`))) as Record<string, Type>)[name]!);
    }
    running = await boot(
      'express',
      { imports: [VerificationModule.forRoot({ providers: sandbox.providers })], controllers },
      app =>
        app.use(
          (request: { headers: Record<string, string>; session: object }, _: unknown, next: () => void) => {
            request.session = { id: request.headers['x-session'] ?? 'nobody' };
            next();
          },
        ),
    );
  });
  afterAll(async () => {
    await running.app.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  describe('two tiers', () => {
    const visit = async (session: string, path: string) => {
      const response = await fetch(`${running.url}/${path}`, { headers: { 'x-session': session } });
      return [response.status, ((await response.json()) as { access?: string }).access];
    };

    it.each([
      [21, 18, [200, 'full'], [200, 'full']],
      [17, 18, [200, 'limited'], [403, undefined]],
      [15, 18, [403, undefined], [403, undefined]],
      [21, 16, [200, 'limited'], [403, undefined]],
    ])('a visitor of %d, asked for %d', async (age, minimumAge, gate, adults) => {
      const session = `visitor-${age}-${minimumAge}`;
      const { url, deviceId } = sandbox.verifyid.start({ minimumAge });
      const token = sandbox.verifyid.login(url, age);
      expect(await visit(session, `arena?token_age_verified=${token}&device_id=${deviceId}`)).toEqual(gate);
      expect(await visit(session, 'arena/adults')).toEqual(adults);
    });
  });

  it.each([
    ['renamed', 'my-field', 'requestId'],
    ['legacy', 'poll_token', 'pollToken'],
  ] as const)('Checkify’s reference at /signup/%s is in %s', async (path, field, reference) => {
    const session = sandbox.checkify.start();
    sandbox.checkify.approve(session.requestId);
    const form = { [field]: session[reference] };
    expect(await send(`${running.url}/signup/${path}`, form)).toMatchObject({ status: 201 });
    expect(await send(`${running.url}/signup/${path}`, form)).toMatchObject({ status: 403 });
  });

  it('HumanProof’s token is in the field that the widget was told', async () => {
    const form = { 'my-token': sandbox.humanproof.issueToken() };
    expect(await send(`${running.url}/contact/newsletter`, form)).toMatchObject({ status: 201 });
  });

  it('a token of another HumanProof project is refused', async () => {
    const token = sandbox.humanproof.issueToken(sandbox.credentials.humanproof.otherSiteKey);
    expect(await send(`${running.url}/contact`, { 'humanproof-token': token })).toMatchObject({
      status: 403,
    });
  });
});
