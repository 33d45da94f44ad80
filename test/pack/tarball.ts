import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run.js';

/** The repository. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What `npm publish` would send. */
export interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** A folder beside the tarball, outside the repository, for whatever a test installs. */
  readonly folder: string;
  remove(): Promise<void>;
}

interface PackReport {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Takes the file that `TARBALL` names, which a release publishes; else packs what `npm run build` left in `dist`. */
export async function pack(): Promise<Tarball> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-verification-'));
  const { TARBALL: given } = process.env;
  const source = given === undefined ? [] : [`file:${resolve(ROOT, given)}`];
  const options = ['--json', '--ignore-scripts', '--pack-destination', folder];
  const output = await run(ROOT, 'npm', 'pack', ...options, ...source);
  // An array in npm 10, an object by package name in npm 11.
  const [report] = Object.values(JSON.parse(output) as Record<string, PackReport>);
  if (report === undefined) throw new Error(output);
  return {
    path: join(folder, report.filename),
    files: report.files.map(file => file.path).sort(),
    packedBytes: report.size,
    unpackedBytes: report.unpackedSize,
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
