import { VERSION } from '../contract/version.js';

/**
 * Headers of every request unless somebody else sets them. Some firewalls refuse a request without `User-Agent`, and we
 * decode nothing.
 */
export const REQUEST_HEADERS = {
  'user-agent': `nestjs-verification/${VERSION}`,
  'accept-encoding': 'identity',
} as const;

type Headers = Readonly<Record<string, string>>;

const known = new WeakMap<Headers, Headers>();

/** Lays a request's own headers over {@link REQUEST_HEADERS}, whatever their case; once for an object that is frozen. */
export function withRequestHeaders(own: Headers): Headers {
  const same = known.get(own);
  if (same !== undefined) return same;
  const headers: Record<string, string> = { ...REQUEST_HEADERS };
  for (const [name, value] of Object.entries(own)) headers[name.toLowerCase()] = value;
  if (Object.isFrozen(own)) known.set(own, headers);
  return headers;
}
