import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The scripts, styles, pictures and templates below a folder, by their path in it. */
export function readBrowserFiles(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(path =>
    path.replaceAll('\\', '/'),
  );
  const found = paths.filter(path => /(^|\/)browser\/.*\.(js|css|svg|html)$/.test(path));
  return new Map(found.map(path => [path, readFileSync(join(folder, path), 'utf8')]));
}

/**
 * The files that browsers get, by their path below `sandbox/`. The bundler writes their texts in place of this module,
 * because an application that is bundled too would lose files beside the code.
 */
export const BROWSER_FILES = readBrowserFiles(join(import.meta.dirname, '..'));
