import type { ApiRequest } from './api-request.js';

type Method = 'GET' | 'POST' | 'DELETE';

/**
 * The values of the pattern's `*` segments (never empty), or `undefined` when method or path differ.
 *
 * @example match(request, 'GET /api/auth_check/*\/*') // ['token', 'device']
 */
export function match(request: ApiRequest, pattern: `${Method} /${string}`): string[] | undefined {
  const [method = '', path = ''] = pattern.split(' /');
  const expected = path.split('/');
  if (request.method !== method || request.segments.length !== expected.length) return undefined;
  const values: string[] = [];
  for (const [index, segment] of request.segments.entries()) {
    if (expected[index] === '*' && segment !== '') values.push(segment);
    else if (expected[index] !== segment) return undefined;
  }
  return values;
}
