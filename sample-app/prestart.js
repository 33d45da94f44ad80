// Builds the library and the sample app before `npm start`, and nothing if both are newer than all sources.
import { execSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['lib', 'sample-app', 'package-lock.json', 'nest-cli.json', 'tsconfig.base.json'];
const BUILT = ['dist/esm/index.js', 'dist/cjs/sandbox.js', 'dist/sample-app/main.js'];

const timeOf = path => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const filesIn = path =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true }).map(file => join(path, String(file)))
    : [path];

const changedAt = Math.max(...SOURCES.flatMap(filesIn).map(timeOf));
if (BUILT.some(file => timeOf(file) < changedAt)) {
  console.log('Building the library and the sample app. The first time this takes about half a minute …');
  for (const script of ['build', 'build:sample'])
    execSync(`npm run --silent ${script}`, { stdio: 'inherit' });
}
