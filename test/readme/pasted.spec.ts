import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HealthCheckService } from '@nestjs/terminus';
import { ConfigurationError, VerificationModule } from 'nestjs-verification';
import type { Sandbox } from 'nestjs-verification/sandbox';
import { VerificationHealthIndicator, VerificationTerminusModule } from 'nestjs-verification/terminus';
import { runCommand } from '../../lib/src/sandbox/command.js';
import { boot, PLATFORMS } from '../support/application.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const quickStart = readme.slice(readme.indexOf('## Quick start'));
const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) => code);
const codeOf = (language: string): string => blocksOf(quickStart, language)[0] ?? '';
const run = promisify(execFile);

type Class = new () => object;

const before = { ...process.env };
const home = process.cwd();
let sandbox: Sandbox;
let folder: string;

/** A folder with the quick start, beside what the reader adds to it. */
function paste(): string {
  const created = mkdtempSync(join(root, 'test/readme/pasted-'));
  writeFileSync(join(created, 'app.module.ts'), codeOf('ts'));
  return created;
}
async function moduleIn(application: string): Promise<Class> {
  process.chdir(application); // where a person starts the application: ConfigModule reads its .env
  return ((await import(join(application, 'app.module.ts'))) as { AppModule: Class }).AppModule;
}

// The command of the README, on any free port.
beforeAll(async () => {
  folder = paste();
  process.chdir(folder);
  const [, command = ''] = /npx nestjs-verification (.*)/.exec(readme) ?? [];
  const output = { out: () => undefined, err: console.error };
  sandbox = (await runCommand([...command.split(' '), '--port', '0'], output)).sandbox!;
});
afterAll(async () => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  process.env = before;
  await sandbox.close();
});

describe('the quick start of the README', () => {
  const [installation = '', , curl = ''] = blocksOf(quickStart, 'sh');

  it.each(PLATFORMS)('refuses and lets through as it prints, on %s', async platform => {
    const { app, url } = await boot(platform, { imports: [await moduleIn(folder)] });
    try {
      const script = curl.replaceAll('localhost:3000', url).replaceAll('127.0.0.1:4010', sandbox.url);
      expect(script).not.toBe(curl);
      const { stdout } = await run('sh', ['-c', script]);
      expect(stdout).toBe(codeOf('json'));
      expect(sandbox.calls.at(-1)).toMatchObject({ provider: 'checkify', status: 200 });
    } finally {
      await app.close();
    }
  });

  it('does not start without the key, and says what to set', async () => {
    const empty = paste();
    try {
      delete process.env['CHECKIFY_API_KEY'];
      const imports = [await moduleIn(empty)];
      const error: unknown = await boot('express', { imports }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as Error).message).toContain('SignupController.signUp()');
      expect((error as Error).message).toContain('Set CHECKIFY_API_KEY');
    } finally {
      process.chdir(folder);
      rmSync(empty, { recursive: true });
    }
  });

  it('installs what the package needs, on either major of Nest', () => {
    const lines = installation.trim().split('\n');
    expect(lines.map(line => line.replaceAll('@4', '').replace(/ #.*/, ''))).toEqual([lines[0], lines[0]]);
    const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      peerDependencies: object;
    };
    const installed = lines[0]!.split(' ').slice(3);
    expect(Object.keys(peerDependencies)).toEqual(expect.arrayContaining(installed));
  });
});

describe('the tests of the README', () => {
  const [code = ''] = blocksOf(readme.slice(readme.indexOf('\n## In tests\n')), 'ts');
  let tests: Readonly<Record<string, () => Promise<void>>>;

  beforeAll(async () => {
    const globals = `
      import { expect } from '@jest/globals';
      export const tests = {};
      const it = (title, test) => { tests[title] = test; };
    `;
    const ours = code.replace(/^import request .*$/m, "import { request } from '../request.js';");
    writeFileSync(join(folder, 'tests.ts'), globals + ours);
    await moduleIn(folder);
    ({ tests } = (await import(join(folder, 'tests.ts'))) as { tests: typeof tests });
  });

  it.each([...code.matchAll(/^it\('(.*?)'/gm)].map(([, title]) => title!))('%s', async title => {
    await tests[title]!();
  });

  it('are one with fakes and one on the sandbox', () => {
    expect(Object.keys(tests)).toHaveLength(2);
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
