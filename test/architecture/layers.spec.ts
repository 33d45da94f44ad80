import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { IConfiguration } from 'dependency-cruiser';
import { cruise, ROOT } from './cruise.js';

jest.setTimeout(60_000); // each cruise is a process of its own

it('imports only go down', async () => {
  const { modules, violations } = await cruise(ROOT);
  expect(modules).toBeGreaterThan(50);
  expect(violations).toEqual([]);
});

const { forbidden: RULES = [] } = createRequire(import.meta.url)(
  join(ROOT, '.dependency-cruiser.cjs'),
) as IConfiguration;

it('every folder belongs to a layer', () => {
  const layers = RULES.filter(({ name = '' }) =>
    /imports-only-down|imports-nothing|shares-no-code/.test(name),
  );
  const belongs = (folder: string) =>
    layers.some(({ from }) => new RegExp(String(from.path)).test(`lib/src/${folder}/file.ts`));
  const folders = readdirSync(join(ROOT, 'lib/src'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
  expect(folders.filter(folder => !belongs(folder))).toEqual([]);
});

// [the rule that catches it, the file that imports, what it imports]
const FORBIDDEN: readonly (readonly [string, string, string])[] = [
  ['no-circular', 'guard/ring.back.ts', 'guard/ring.ts'],
  ['browser-imports-nothing', 'browser/a.ts', 'contract/target.ts'],
  ['browser-imports-nothing', 'browser/b.ts', 'node:crypto'],
  ['browser-is-an-entry-of-its-own', 'guard/i.ts', 'browser/target.ts'],
  ['contract-imports-nothing', 'contract/a.ts', 'errors/target.ts'],
  ['contract-imports-nothing', 'contract/b.ts', 'wire/target.ts'],
  ['contract-imports-nothing', 'contract/c.ts', '@nestjs/common'],
  ['contract-imports-nothing', 'contract/d.ts', 'node:crypto'],
  ['contract-imports-only-down', 'contract/a.ts', 'errors/target.ts'],
  ['errors-imports-only-down', 'errors/a.ts', 'wire/target.ts'],
  ['errors-imports-only-down', 'errors/b.ts', 'verification.module.ts'],
  ['wire-imports-only-down', 'wire/a.ts', 'http/target.ts'],
  ['events-http-store-imports-only-down', 'events/a.ts', 'providers/target.ts'],
  ['events-http-store-imports-only-down', 'http/a.ts', 'providers/target.ts'],
  ['events-http-store-imports-only-down', 'http/b.ts', 'options/environment.ts'],
  ['events-http-store-imports-only-down', 'store/a.ts', 'guard/target.ts'],
  ['doors-never-import-each-other', 'http/c.ts', 'store/target.ts'],
  ['doors-never-import-each-other', 'store/b.ts', 'http/target.ts'],
  ['providers-imports-only-down', 'providers/checkify/a.ts', 'options/target.ts'],
  ['providers-imports-only-down', 'providers/checkify/b.ts', 'index.ts'],
  ['providers-never-import-each-other', 'providers/checkify/c.ts', 'providers/humanproof/target.ts'],
  ['options-imports-only-down', 'options/a.ts', 'verification/target.ts'],
  ['verification-imports-only-down', 'verification/a.ts', 'guard/target.ts'],
  ['route-imports-only-down', 'route/a.ts', 'guard/target.ts'],
  ['guard-imports-only-down', 'guard/a.ts', 'verification.module.ts'],
  ['guard-imports-only-down', 'guard/b.ts', 'index.ts'],
  ['decorators-imports-only-down', 'decorators/a.ts', 'audit/target.ts'],
  ['audit-imports-only-down', 'audit/a.ts', 'verification.module.ts'],
  ['provider-imports-only-down', 'provider/a.ts', 'guard/target.ts'],
  ['provider-is-an-entry-of-its-own', 'index.ts', 'provider/target.ts'],
  ['captcha-is-an-entry-of-its-own', 'index.ts', 'captcha/target.ts'],
  ['captcha-shares-no-code-but-what-applications-import', 'captcha/a.ts', 'http/target.ts'],
  ['captcha-shares-no-code-but-what-applications-import', 'captcha/b.ts', 'provider/target.ts'],
  ['captcha-shares-no-code-but-what-applications-import', 'captcha/acme/a.ts', 'verification.module.ts'],
  ['captchas-never-import-each-other', 'captcha/acme/b.ts', 'captcha/other/target.ts'],
  ['sandbox-shares-no-code-with-the-client', 'sandbox/a.ts', 'http/target.ts'],
  ['sandbox-shares-no-code-with-the-client', 'sandbox/b.ts', 'providers/checkify/checkify.wire.ts'],
  ['sandbox-shares-no-code-with-the-client', 'sandbox/c.ts', 'errors/target.ts'],
  ['forms-and-refusals-know-nothing-of-the-guard', 'guard/forms/a.ts', 'guard/target.ts'],
  ['forms-and-refusals-know-nothing-of-the-guard', 'guard/response/a.ts', 'guard/forms/target.ts'],
  ['guard-imports-only-down', 'guard/h.ts', 'audit/target.ts'],
  ['sandbox-http-knows-no-api', 'sandbox/http/a.ts', 'sandbox/checkify/target.ts'],
  ['emulators-never-import-each-other', 'sandbox/checkify/a.ts', 'sandbox/verifyid/target.ts'],
  ['client-does-not-import-the-sandbox', 'providers/checkify/d.ts', 'sandbox/target.ts'],
  ['client-does-not-import-the-sandbox', 'index.ts', 'sandbox/target.ts'],
  ['opentelemetry-is-an-entry-of-its-own', 'events/a.ts', 'opentelemetry/target.ts'],
  ['opentelemetry-imports-only-down', 'opentelemetry/a.ts', 'index.ts'],
  ['opentelemetry-stays-in-its-entry', 'events/b.ts', '@opentelemetry/api'],
  ['redis-is-an-entry-of-its-own', 'index.ts', 'store/redis/target.ts'],
  ['redis-is-an-entry-of-its-own', 'store/c.ts', 'store/redis/target.ts'],
  ['testing-is-an-entry-of-its-own', 'index.ts', 'testing/target.ts'],
  ['testing-is-an-entry-of-its-own', 'guard/g.ts', 'testing/target.ts'],
  ['testing-imports-only-down', 'testing/a.ts', 'index.ts'],
  ['terminus-is-an-entry-of-its-own', 'index.ts', 'terminus/target.ts'],
  ['terminus-is-an-entry-of-its-own', 'testing/c.ts', 'terminus/target.ts'],
  ['terminus-imports-only-down', 'terminus/a.ts', 'guard/target.ts'],
  ['terminus-imports-only-down', 'terminus/b.ts', 'verification.module.ts'],
  ['nest-terminus-is-for-the-health-indicator', 'http/d.ts', '@nestjs/terminus'],
  ['nest-testing-is-for-types-alone', 'testing/b.ts', '@nestjs/testing'],
  ['redis-clients-stay-the-applications', 'store/redis/a.ts', 'ioredis'],
  ['redis-clients-stay-the-applications', 'store/redis/b.ts', 'redis'],
  ['swagger-imports-only-down', 'swagger/a.ts', 'verification.module.ts'],
  ['swagger-is-an-entry-of-its-own', 'index.ts', 'swagger/target.ts'],
  ['swagger-is-an-entry-of-its-own', 'guard/g.ts', '@nestjs/swagger'],
  ['package-roots-only', 'guard/c.ts', '@nestjs/common/pipes/index.js'],
  ['no-dev-dependencies', 'guard/d.ts', '@nestjs/websockets'],
  ['no-undeclared-packages', 'guard/e.ts', 'iterare'],
  ['no-unresolvable', 'guard/f.ts', 'not-installed-anywhere'],
];

// What the same layers may do; a rule that forbids everything would pass the table above.
const ALLOWED: readonly (readonly [string, string])[] = [
  ['errors/ok.ts', 'contract/target.ts'],
  ['http/ok.ts', 'wire/target.ts'],
  ['http/undici.ok.ts', 'undici'],
  ['events/ok.ts', 'errors/target.ts'],
  ['store/redis/ok.ts', 'store/target.ts'],
  ['opentelemetry/ok.ts', '@opentelemetry/api'],
  ['providers/checkify/ok.ts', 'http/target.ts'],
  ['verification/ok.ts', 'providers/target.ts'],
  ['guard/ok.ts', 'verification/target.ts'],
  ['guard/nest.ok.ts', '@nestjs/common'],
  ['guard/body.ok.ts', 'guard/forms/target.ts'],
  ['audit/ok.ts', 'guard/response/target.ts'],
  ['sandbox/http/ok.ts', 'sandbox/sandbox.error.ts'],
  ['sandbox/checkify/ok.ts', 'sandbox/http/target.ts'],
  ['sandbox/turnstile/ok.ts', 'sandbox/captcha/target.ts'],
  ['sandbox/ok.ts', 'contract/target.ts'],
  ['swagger/ok.ts', 'guard/target.ts'],
  ['swagger/documented.ok.ts', '@nestjs/swagger'],
  ['verification.module.ts', 'guard/target.ts'],
  ['testing/ok.ts', 'verification.module.ts'],
  ['testing/ok.ts', 'sandbox/target.ts'],
  ['terminus/ok.ts', 'http/target.ts'],
  ['terminus/nest.ok.ts', '@nestjs/terminus'],
  ['captcha/ok.ts', 'provider/index.ts'],
  ['captcha/acme/ok.ts', 'captcha/target.ts'],
];

describe('the rules', () => {
  let folder: string;
  let violations: readonly string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-verification-layers-'));
    for (const each of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      cpSync(join(ROOT, each), join(folder, each));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const contents = new Map([['guard/ring.ts', [importOf('guard/ring.ts', 'guard/ring.back.ts')]]]);
    for (const [from, to] of [...FORBIDDEN.map(([, ...edge]) => edge), ...ALLOWED] as [string, string][]) {
      contents.set(from, [...(contents.get(from) ?? []), importOf(from, to)]);
      if (to.endsWith('.ts') && !contents.has(to)) contents.set(to, []);
    }
    for (const [file, imports] of contents) {
      const path = join(folder, 'lib/src', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, [...imports, 'export const here = true;'].join('\n'));
    }
    ({ violations } = await cruise(folder));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The rules that an import breaks. */
  function brokenBy(from: string, to: string): string[] {
    const target = to.replace(/^node:/, '');
    return violations
      .map(line => /^(.*): lib\/src\/(.*) -> (.*)$/.exec(line) ?? [])
      .filter(([, , file, found = '']) => file === from && `/${found}/`.includes(`/${target}/`))
      .map(([, rule = '']) => rule);
  }

  it('are all seen to catch something', () => {
    expect(new Set(FORBIDDEN.map(([rule]) => rule))).toEqual(new Set(RULES.map(rule => rule.name)));
  });

  it.each(FORBIDDEN)('%s: caught at %s -> %s', (rule, from, to) => {
    expect(brokenBy(from, to)).toContain(rule);
  });

  it.each(ALLOWED)('allowed: %s -> %s', (from, to) => {
    expect(brokenBy(from, to)).toEqual([]);
  });
});

function importOf(from: string, to: string): string {
  if (!/^[a-z./-]+\.ts$/.test(to)) return `import '${to}';`;
  const path = relative(dirname(from), to).replace(/\.ts$/, '.js');
  return `import '${path.startsWith('.') ? path : `./${path}`}';`;
}
