import { readdirSync, readFileSync } from 'node:fs';
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

it('packs what the sources compile to, and the documents, and nothing else', () => {
  const sources = readdirSync(join(ROOT, 'lib/src'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => path.replace(/\.ts$/, ''));
  const compiled = ['esm', 'cjs'].flatMap(format =>
    sources.flatMap(source => [`dist/${format}/${source}.js`, `dist/${format}/${source}.d.ts`]),
  );
  const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md'];
  expect(tarball.files).toEqual([...compiled, ...documents, 'dist/cjs/package.json', 'package.json'].sort());
});

it('points at no source map', () => {
  const pointing = tarball.files.filter(file => textOf(file).includes('sourceMappingURL='));
  expect(pointing).toEqual([]);
});

it('stays small', () => {
  expect(tarball.packedBytes).toBeLessThan(260_000);
  expect(tarball.unpackedBytes).toBeLessThan(1_500_000);
});

it('satisfies publint', async () => {
  await run(ROOT, process.execPath, bin('publint/src/cli.js'), 'run', tarball.path, '--strict');
});

it('has types that are right in every module resolution', async () => {
  await run(ROOT, process.execPath, bin('@arethetypeswrong/cli/dist/index.js'), tarball.path, '--no-color');
});

describe.each(['esm', 'cjs'])('%s', format => {
  it.each(['index.js', 'index.d.ts'])('%s needs only what every application installs with it', entry => {
    const isOptional = (name: string) => manifest.peerDependenciesMeta?.[name]?.optional === true;
    const peers = Object.keys(manifest.peerDependencies).filter(name => !isOptional(name));
    const installed = [...Object.keys(manifest.dependencies), ...peers];
    expect(packagesBehind(`dist/${format}/${entry}`).filter(name => !installed.includes(name))).toEqual([]);
  });

  it.each(['index.js', 'index.d.ts', 'cli.js'])('sandbox/%s needs nothing but Node', entry => {
    expect(packagesBehind(`dist/${format}/sandbox/${entry}`)).toEqual([]);
  });

  // What applications install for these themselves: the health check, or what their tests are made with.
  it.each([
    ['testing', 'index.js', []],
    ['testing', 'index.d.ts', ['@nestjs/testing']],
    ['terminus', 'index.js', ['@nestjs/terminus']],
    ['terminus', 'index.d.ts', ['@nestjs/terminus']],
  ])('%s/%s needs besides only %j', (folder, entry, optional) => {
    const isOptional = (name: string) => manifest.peerDependenciesMeta?.[name]?.optional === true;
    expect(packagesBehind(`dist/${format}/${folder}/${entry}`).filter(isOptional)).toEqual(optional);
  });

  it.each(['index.js', 'index.d.ts'])('redis/%s needs nothing but Node', entry => {
    expect(packagesBehind(`dist/${format}/store/redis/${entry}`)).toEqual([]);
  });

  it.each(['index.js', 'index.d.ts'])('swagger/%s needs @nestjs/swagger besides', entry => {
    const besides = packagesBehind(`dist/${format}/swagger/${entry}`).filter(
      name => !packagesBehind(`dist/${format}/${entry}`).includes(name),
    );
    expect(besides).toEqual(['@nestjs/swagger']);
  });
});

function bin(path: string): string {
  return join(ROOT, 'node_modules', path);
}

function textOf(file: string): string {
  return readFileSync(join(tarball.folder, 'package', file), 'utf8');
}

/** The packages that a file loads, itself or through files of ours. */
function packagesBehind(entry: string): string[] {
  const packages = new Set<string>();
  const files = new Set([entry]);
  for (const file of files) {
    const { importedFiles } = ts.preProcessFile(textOf(file), true, true);
    for (const { fileName: specifier } of importedFiles) {
      if (specifier.startsWith('.')) {
        const path = relative('/', join('/', dirname(file), specifier));
        files.add(file.endsWith('.d.ts') ? path.replace(/\.js$/, '.d.ts') : path);
      } else if (!specifier.startsWith('node:') && !builtinModules.includes(specifier)) {
        packages.add(/^(@[^/]+\/)?[^/]+/.exec(specifier)![0]);
      }
    }
  }
  return [...packages].sort();
}
