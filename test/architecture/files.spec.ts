import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ENTRIES, SOURCES } from './sources.js';

const PATHS = SOURCES.map(source => source.path);
// `otp` is no provider: providers of codes are made of it.
const PROVIDERS = [...new Set(PATHS.flatMap(path => /^providers\/(?!otp\/)([^/]+)\//.exec(path)?.[1] ?? []))];

const LONGEST = 200;
it('no file grows out of hand', () => {
  const long = SOURCES.filter(({ lines }) => lines > LONGEST);
  expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
});

it('half of the files fit on a screen', () => {
  const lines = SOURCES.map(source => source.lines).sort((a, b) => a - b);
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(60);
});

it('every file says what it holds', () => {
  const vague =
    /(^|\/)(types|interfaces|constants)\.ts$|(^|[/.-])(utils?|helpers?|common|shared|misc)(\.|\/|-)/;
  expect(PATHS.filter(path => vague.test(path))).toEqual([]);
});

it('only an entry point of the package is called index', () => {
  expect(PATHS.filter(path => basename(path) === 'index.ts').sort()).toEqual([...ENTRIES.values()].sort());
});

describe.each(PROVIDERS)('provider %s', name => {
  it.each([
    `providers/${name}/${name}.options.ts`,
    `providers/${name}/${name}.wire.ts`,
    `providers/${name}/${name}.service.ts`,
    `sandbox/${name}/${name}.emulator.ts`,
  ])('has %s', path => {
    expect(PATHS).toContain(path);
  });

  it('is one line in the registry', () => {
    const registry = SOURCES.find(source => source.path === 'providers/built-in.ts');
    expect(registry?.imports).toContain(`./${name}/${name}.service.js`);
  });
});

it('there are providers', () => {
  expect(PROVIDERS.length).toBeGreaterThanOrEqual(4);
});
