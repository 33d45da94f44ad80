import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { Sandbox } from 'nestjs-verification/sandbox';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

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
