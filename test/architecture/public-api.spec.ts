import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, jest } from '@jest/globals';
import type ts from 'typescript';
import { publishedDeclarations, reportOf } from './public-api.js';
import { ENTRIES } from './sources.js';

jest.setTimeout(60_000); // compiles the library

let declarations: ts.Program;

beforeAll(() => {
  declarations = publishedDeclarations();
});

it.each([...ENTRIES])(
  'export %s promises what is written down; npm run api:update writes it down anew',
  (path, source) => {
    const name = path === '.' ? 'index' : path.slice(2);
    const file = join(import.meta.dirname, `public-api.${name}.txt`);
    const report = reportOf(declarations, source.replace(/\.ts$/, '.d.ts'));
    if ('updateApi' in globalThis) writeFileSync(file, report);
    expect(report).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
  },
);
