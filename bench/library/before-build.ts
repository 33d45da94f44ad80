import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Another build of this package. */
export interface BeforeBuild {
  /** The file URL of its entry. */
  readonly url: string;
  /** Its version and, if git knows it, its commit. */
  readonly title: string;
}

/** A folder from which bare imports resolve to the packages of this checkout, so that both builds share one Nest. */
const COPY = fileURLToPath(new URL('../../../node_modules/.cache/bench-before', import.meta.url));

/** Copies the build of a checkout to where it finds the packages of this one. */
export function adoptBuild(directory: string): BeforeBuild {
  const checkout = resolve(directory);
  if (!existsSync(join(checkout, 'dist/esm/index.js'))) {
    throw new Error(`${directory} has no dist/esm/index.js. Run "npm ci && npm run build" there first.`);
  }
  rmSync(COPY, { recursive: true, force: true });
  for (const name of ['package.json', 'dist/esm', 'dist/cjs']) {
    cpSync(join(checkout, name), join(COPY, name), { recursive: true });
  }
  const { version } = JSON.parse(readFileSync(join(COPY, 'package.json'), 'utf8')) as { version: string };
  const git = spawnSync('git', ['-C', checkout, 'describe', '--always', '--dirty'], { encoding: 'utf8' });
  const commit = git.status === 0 ? ` (${git.stdout.trim()})` : '';
  return { url: pathToFileURL(join(COPY, 'dist/esm/index.js')).href, title: `${version}${commit}` };
}
