import type { ApiRequest } from './api-request.js';

type Pattern = `${'GET' | 'POST' | 'DELETE'} /${string}`;

/** Handlers by pattern. A handler gets the value of the pattern's `*`. */
export type Routes<T> = Readonly<Record<Pattern, (value: string, request: ApiRequest) => T>>;

/** The handler of the first pattern that matches, ready to be called. */
export function routeOf<T>(request: ApiRequest, routes: Routes<T>): (() => T) | undefined {
  for (const [pattern, handle] of Object.entries(routes)) {
    const values = match(request, pattern as Pattern);
    if (values) return () => handle(values[0] ?? '', request);
  }
  return undefined;
}

/**
 * The values of the pattern's `*` segments (never empty), or `undefined` when method or path differ.
 *
 * @example match(request, 'GET /api/auth_check/*\/*') // ['token', 'device']
 */
export function match(request: ApiRequest, pattern: Pattern): string[] | undefined {
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

/** The request without the first segment of its path. */
export function below(request: ApiRequest): ApiRequest {
  return { ...request, segments: request.segments.slice(1) };
}
