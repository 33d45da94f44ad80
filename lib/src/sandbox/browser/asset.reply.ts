import type { Reply } from '../http/reply.js';

/** A script of the sandbox. */
export function script(source: string): Reply {
  return asset('text/javascript', source);
}

/** A file that pages of the sandbox load. */
export function asset(type: string, body: string): Reply {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}
