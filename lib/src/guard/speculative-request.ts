import { asObject } from '../wire/json.js';

/** Headers by which browsers say that nobody asked for a page yet: of today, and of older ones. */
const HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** Whether nobody made a request: a prefetch or prerender of a browser, or a scanner's look at the headers. */
export function isSpeculative(request: unknown): boolean {
  const { method, headers } = (asObject(request) ?? {}) as { method?: unknown; headers?: unknown };
  if (method === 'HEAD') return true;
  const said = asObject(headers);
  // Values may be lists, with parameters, such as `prefetch;prerender`.
  return (
    said !== undefined &&
    HEADERS.some(name =>
      /(?:^|[\s,;"])(?:prefetch|prerender|preview)(?![\w-])/i.test(String(said[name] ?? '')),
    )
  );
}
