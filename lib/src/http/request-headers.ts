import { VERSION } from '../contract/version.js';

/**
 * Headers of every request unless somebody else sets them. Some firewalls refuse a request without `User-Agent`, and we
 * decode nothing.
 */
export const REQUEST_HEADERS = {
  'user-agent': `nestjs-verification/${VERSION}`,
  'accept-encoding': 'identity',
} as const;

/** Lays a request's own headers over {@link REQUEST_HEADERS}, whatever their case. */
export function withRequestHeaders(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { ...REQUEST_HEADERS };
  for (const name of Object.keys(own)) headers[name.toLowerCase()] = own[name] ?? '';
  return headers;
}
