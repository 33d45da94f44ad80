import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SampleBuild } from './sample-build.js';

let build: SampleBuild;

beforeAll(() => {
  build = new SampleBuild();
});
afterAll(() => {
  build.remove();
});

it('the smallest application refuses, and welcomes a human', async () => {
  const child = spawn(process.execPath, [build.minimal], { env: { ...process.env, PORT: '0' } });
  try {
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.includes('humanproof-token')) break;
    }
    const answers = execFileSync('sh', ['-c', printed], { encoding: 'utf8' });
    const [refused, welcome] = answers.trim().split('\n');
    expect(JSON.parse(refused ?? '')).toMatchObject({ code: 'verification_required' });
    expect(JSON.parse(welcome ?? '')).toEqual({ welcome: 'anna@example.com' });
  } finally {
    child.kill();
  }
});

it('and has at most 35 lines', () => {
  const text = readFileSync(join(import.meta.dirname, '../../samples/minimal/main.ts'), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(35);
});
