import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './cruise.js';
import { ENTRIES, PACKAGE } from './sources.js';

type Ranges = Readonly<Record<string, string>>;
const { dependencies, peerDependencies, devDependencies } = PACKAGE as Record<string, Ranges>;

it('brings undici and nothing else: a second Nest, axios or rxjs in one process is a second set of classes', () => {
  expect(Object.keys(dependencies ?? {})).toEqual(['undici']);
});

it('asks for what it was tried with', () => {
  expect(peerDependencies).toEqual({
    '@nestjs/axios': '^4.0.0 || ^12.0.0',
    '@nestjs/common': '^11.0.0 || ^12.0.0',
    '@nestjs/config': '^4.0.0 || ^12.0.0',
    '@nestjs/core': '^11.0.0 || ^12.0.0',
    '@opentelemetry/api': '^1.9.0',
    '@nestjs/terminus': '^11.0.0 || ^12.0.0',
    '@nestjs/testing': '^11.0.0 || ^12.0.0',
    '@nestjs/swagger': '^11.0.0 || ^12.0.0',
    axios: '^1.7.0',
    'class-transformer': '^0.5.1',
    'class-validator': '^0.14.0 || ^0.15.0',
    ioredis: '^5.0.0 || ^6.0.0',
    redis: '^4.0.0 || ^5.0.0 || ^6.0.0',
    'reflect-metadata': '^0.1.13 || ^0.2.0',
    rxjs: '^7.8.0',
  });
});

it('leaves what one export alone needs to those who import it', () => {
  const optional = [
    '@nestjs/swagger',
    '@nestjs/terminus',
    '@nestjs/testing',
    '@opentelemetry/api',
    'ioredis',
    'redis',
  ];
  expect(PACKAGE['peerDependenciesMeta']).toEqual(
    Object.fromEntries(optional.map(name => [name, { optional: true }])),
  );
});

it('is developed on exact versions', () => {
  expect(Object.values(devDependencies ?? {}).filter(range => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
});

describe('the tests that npm test leaves out', () => {
  const scripts = Object.entries(PACKAGE['scripts'] as Readonly<Record<string, string>>);
  const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
  const [, left = ''] = /const SLOW = \[([^\]]*)\];/.exec(read('jest.config.js')) ?? [];
  const folders = [...left.matchAll(/'([^']+)'/g)].map(match => match[1]!);

  it('are folders', () => {
    expect(readdirSync(join(ROOT, 'test'))).toEqual(expect.arrayContaining(folders));
  });

  it.each(folders)('of %s have a script of their own, which CI runs and CONTRIBUTING.md explains', folder => {
    const [name = ''] =
      scripts.find(([, script]) => script.endsWith(`jest.slow.config.js test/${folder}`)) ?? [];
    const [, run = ''] = /for script in (.*); do/.exec(read('.ci/run')) ?? [];
    expect(run.split(' ')).toContain(name);
    expect(read('CONTRIBUTING.md')).toContain(`| \`npm run ${name}\` |`);
  });
});

it('locks what every platform installs: npm ci refuses a lock file that was written for one', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Ranges }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

it('runs where require() can load an ES module', () => {
  expect(PACKAGE['engines']).toEqual({ node: '^20.19.0 || ^22.12.0 || >=24.0.0' });
});

describe.each([...ENTRIES])('export %s', (path, source) => {
  const conditions = (PACKAGE['exports'] as Record<string, object>)[path]!;
  const types = (format: string) => `./dist/${format}/types/${source.replace(/\.ts$/, '.d.ts')}`;
  const name = path === '.' ? 'index' : path.slice(2);
  const entry = (format: string) => ({ types: types(format), default: `./dist/${format}/${name}.js` });
  // The sandbox shares no class with the library, and browsers load ES modules alone: one format is enough.
  const single = ({ './sandbox': 'cjs', './browser': 'esm' } as Partial<Record<string, string>>)[path];

  it('gives import and require one copy, and CommonJS where a loader knows nothing else', () => {
    // In this order: the first condition that a loader knows decides.
    expect(Object.entries(conditions)).toEqual(
      single !== undefined
        ? Object.entries(entry(single))
        : [
            ['module-sync', entry('esm')],
            ['import', entry('esm')],
            ['require', entry('cjs')],
          ],
    );
  });

  it('is found by TypeScript of the old resolution', () => {
    const { typesVersions } = PACKAGE as { typesVersions: Record<string, Record<string, string[]>> };
    const found = path === '.' ? [PACKAGE['types']] : typesVersions['*']?.[name];
    expect(found).toEqual([types(single ?? 'esm')]);
  });
});
