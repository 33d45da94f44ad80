import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Compiled into dist/bench/library; the peers are installed beside the sources.
const FOLDER = fileURLToPath(new URL('../../../bench/peers/', import.meta.url));
const INSTALL = ['install', '--no-package-lock', '--no-audit', '--no-fund'];

/** Tells whether the other libraries are there; installs them if they are not. */
export function hasPeers(): boolean {
  if (existsSync(`${FOLDER}node_modules/@nestlab/google-recaptcha`)) return true;
  console.error('Installing the libraries that we compare with into bench/peers.');
  if (spawnSync('npm', INSTALL, { cwd: FOLDER, stdio: ['ignore', 2, 2] }).status === 0) return true;
  console.error('They cannot be installed from the npm registry. The comparisons with them are left out.');
  return false;
}
