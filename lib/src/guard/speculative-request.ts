import { asObject } from '../wire/json.js';

/** The headers, current and older ones, by which browsers say that nobody asked for a page yet. */
const HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** One of a list of tokens, with parameters, such as `prefetch;prerender`. */
const AHEAD_OF_TIME = /(?:^|[\s,;"])(?:prefetch|prerender|preview)(?![\w-])/i;

/** Tells whether nobody made a request: a prefetch, prerender or preflight of a browser, or a look at the headers alone. */
export function isSpeculative(request: unknown): boolean {
  const { method, headers } = (asObject(request) ?? {}) as { method?: unknown; headers?: unknown };
  if (method === 'HEAD') return true;
  const said = asObject(headers);
  if (method === 'OPTIONS' && said?.['access-control-request-method'] !== undefined) return true;
  return said !== undefined && HEADERS.some(name => said[name] !== undefined && isAhead(said[name]));
}

function isAhead(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isAhead) : typeof value === 'string' && AHEAD_OF_TIME.test(value);
}
