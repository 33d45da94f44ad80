import type { Reply } from '../http/reply.js';
import { BROWSER_FILES } from './browser-files.js';

const TYPES: ReadonlyMap<string | undefined, string> = new Map([
  ['js', 'text/javascript'],
  ['css', 'text/css'],
  ['svg', 'image/svg+xml'],
]);

/** A script, style or picture by its path below `sandbox/`, or `undefined` if there is none. */
export function asset(path: string): Reply | undefined {
  const type = TYPES.get(path.split('.').at(-1));
  const body = BROWSER_FILES.get(path);
  if (type === undefined || body === undefined) return undefined;
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}
