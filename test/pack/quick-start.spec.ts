import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { run, SHELL } from './run.js';
import { pack, ROOT, type Tarball } from './tarball.js';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) => code);
const [installation = '', command = '', requests = ''] = blocks('sh');
const [module = ''] = blocks('ts');
const [printed = ''] = blocks('json');

// As the starter of Nest 12; Nest 11's compiles to CommonJS.
const NEST = {
  12: { type: 'module', line: /^npm install .*$/m },
  11: { type: 'commonjs', line: /^npm install .*@4.*(?= #)/m },
} as const;
const MAIN = `
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
const app = NestFactory.create(AppModule, { logger: ['error', 'warn'] });
void app.then(async created => {
  await created.listen(0, '127.0.0.1');
  console.log(await created.getUrl());
});
`;

let tarball: Tarball;
const children: ChildProcess[] = [];

beforeAll(async () => {
  tarball = await pack();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  }
});
afterAll(() => tarball.remove());

/** Starts a program that goes on, and gives the first address that it prints. */
async function start(cwd: string, program: string, ...args: string[]): Promise<string> {
  const child = spawn(program, args, { cwd, env: SHELL, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [text] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
}

it.each([12, 11] as const)('on Nest %d, the quick start works as pasted', async major => {
  const { type, line } = NEST[major];
  const folder = join(tarball.folder, `quick-start-${String(major)}`);
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }));
  writeFileSync(join(folder, 'src/app.module.ts'), module);
  writeFileSync(join(folder, 'src/main.ts'), MAIN);
  const nest = ['common', 'core', 'platform-express'].map(name => `@nestjs/${name}@${String(major)}`);
  const starter = [...nest, 'reflect-metadata', 'rxjs', '@types/node@20'];
  const pasted = (line.exec(installation)?.[0] ?? '').replace('nestjs-verification', tarball.path);
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline'];
  await run(folder, 'npm', 'install', ...quietly, ...starter);
  await run(folder, 'sh', '-c', `${pasted} ${quietly.join(' ')}`);
  const options = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--strict'];
  const decorators = ['--experimentalDecorators', '--emitDecoratorMetadata', '--outDir', 'dist'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(folder, process.execPath, tsc, ...options, ...decorators, 'src/main.ts');

  const words = command.trim().replace('npx ', '').split(' ').slice(1);
  const sandbox = await start(folder, 'node_modules/.bin/nestjs-verification', ...words, '--port', '0');
  const app = await start(folder, process.execPath, 'dist/main.js');
  const script = requests.replaceAll('localhost:3000', app).replaceAll('127.0.0.1:4010', sandbox);
  expect(await run(folder, 'sh', '-c', script)).toBe(printed);
});
