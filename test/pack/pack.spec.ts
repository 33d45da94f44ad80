import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { run } from './run.js';
import { pack, ROOT, type Tarball } from './tarball.js';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
}

let tarball: Tarball;
let manifest: Manifest;

beforeAll(async () => {
  tarball = await pack();
  await run(tarball.folder, 'tar', '-xzf', tarball.path);
  manifest = JSON.parse(readFileSync(join(tarball.folder, 'package/package.json'), 'utf8')) as Manifest;
});

afterAll(() => tarball.remove());

/** The entries, by the file that has their types. */
const TYPES = {
  index: 'index',
  captcha: 'captcha/index',
  opentelemetry: 'opentelemetry/index',
  provider: 'provider/index',
  redis: 'store/redis/index',
  swagger: 'swagger/index',
  terminus: 'terminus/index',
  testing: 'testing/index',
} as const;
const ENTRIES = Object.keys(TYPES) as (keyof typeof TYPES)[];
const BROWSER = ['dist/esm/browser.js', 'dist/esm/types/browser/index.d.ts'];
const SANDBOX = ['dist/cjs/sandbox.js', 'dist/cjs/types/sandbox/index.d.ts', 'dist/cjs/cli.js'];

it('packs a file and its types per entry and format, the sandbox once, the documents, and nothing else', () => {
  const entries = ENTRIES.flatMap(entry =>
    ['esm', 'cjs'].flatMap(format => [
      `dist/${format}/${entry}.js`,
      `dist/${format}/types/${TYPES[entry]}.d.ts`,
    ]),
  );
  const loaded = new Set([...entries, ...BROWSER, ...SANDBOX].flatMap(filesBehind)); // with what several of them share
  const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'];
  expect(tarball.files).toEqual([...loaded, 'dist/cjs/package.json', ...documents].sort());
});

it('points at no source map', () => {
  const pointing = tarball.files.filter(file => textOf(file).includes('sourceMappingURL='));
  expect(pointing).toEqual([]);
});

it('stays small', () => {
  expect(tarball.packedBytes).toBeLessThan(280_000);
  expect(tarball.unpackedBytes).toBeLessThan(1_340_000);
});

it('satisfies publint', async () => {
  await run(ROOT, process.execPath, bin('publint/src/cli.js'), 'run', tarball.path, '--strict');
});

it.each([
  ['--exclude-entrypoints', 'browser'],
  ['--entrypoints', 'browser', '--ignore-rules', 'cjs-resolves-to-esm'], // browsers load ES modules alone
])('has types that are right in every module resolution: %s %s', async (...options) => {
  const attw = bin('@arethetypeswrong/cli/dist/index.js');
  await run(ROOT, process.execPath, attw, tarball.path, '--no-color', ...options);
});

const isOptional = (name: string): boolean => manifest.peerDependenciesMeta?.[name]?.optional === true;

describe.each([
  ['ESM', (entry: keyof typeof TYPES) => `dist/esm/${entry}.js`],
  ['CommonJS', (entry: keyof typeof TYPES) => `dist/cjs/${entry}.js`],
  ['ESM types', (entry: keyof typeof TYPES) => `dist/esm/types/${TYPES[entry]}.d.ts`],
  ['CommonJS types', (entry: keyof typeof TYPES) => `dist/cjs/types/${TYPES[entry]}.d.ts`],
])('%s', (kind, fileOf) => {
  const isTypes = kind.endsWith('types');

  it('needs only what every application installs with it', () => {
    const peers = Object.keys(manifest.peerDependencies).filter(name => !isOptional(name));
    const installed = [...Object.keys(manifest.dependencies), ...peers];
    expect(packagesBehind(fileOf('index')).filter(name => !installed.includes(name))).toEqual([]);
  });

  // What applications install for these themselves: the health check, or what their tests are made with.
  it.each([
    ['testing', isTypes ? ['@nestjs/testing'] : []],
    ['terminus', ['@nestjs/terminus']],
    ['swagger', ['@nestjs/swagger']],
    ['opentelemetry', isTypes ? [] : ['@opentelemetry/api']],
  ] as const)('of %s needs besides only %j', (entry, besides) => {
    expect(packagesBehind(fileOf(entry)).filter(isOptional)).toEqual(besides);
  });

  it('of redis needs no client of Redis, and of Nest only what its errors are', () => {
    expect(packagesBehind(fileOf('redis'))).toEqual(isTypes ? [] : ['@nestjs/common']);
  });
});

it('the half for browsers is small, minified', () => {
  expect(textOf('dist/esm/browser.js').length).toBeLessThan(3_000);
});

it.each([...BROWSER, ...SANDBOX])('%s needs nothing but Node', file => {
  expect(packagesBehind(file)).toEqual([]);
});

function bin(path: string): string {
  return join(ROOT, 'node_modules', path);
}

function textOf(file: string): string {
  return readFileSync(join(tarball.folder, 'package', file), 'utf8');
}

/** What a file imports: files of ours, and packages. */
function importsOf(file: string): {
  readonly files: readonly string[];
  readonly packages: readonly string[];
} {
  const specifiers = ts
    .preProcessFile(textOf(file), true, true)
    .importedFiles.map(({ fileName }) => fileName);
  const files = specifiers
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => relative('/', join('/', dirname(file), specifier)))
    .map(path => (file.endsWith('.d.ts') ? path.replace(/\.js$/, '.d.ts') : path));
  const packages = specifiers
    .filter(each => !each.startsWith('.') && !each.startsWith('node:') && !builtinModules.includes(each))
    .map(each => /^(@[^/]+\/)?[^/]+/.exec(each)![0]);
  return { files, packages };
}

/** The files that a file of ours loads, itself included. */
function filesBehind(entry: string): string[] {
  const files = new Set([entry]);
  for (const file of files) for (const imported of importsOf(file).files) files.add(imported);
  return [...files];
}

/** The packages that a file loads, itself or through files of ours. */
function packagesBehind(entry: string): string[] {
  return [...new Set(filesBehind(entry).flatMap(file => importsOf(file).packages))].sort();
}
