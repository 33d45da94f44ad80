import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Whether a host name or address (no port) is this machine itself. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Whether the request was addressed to this machine by name; a rebound DNS name is not. */
export function isAddressedToLoopback({ host }: IncomingHttpHeaders): boolean {
  return host !== undefined && isLoopback(host.replace(/:\d{1,5}$/, ''));
}

/** Whether a page of some other site made a browser send this request; browsers add `Origin` to every such POST. */
export function isFromForeignPage({ origin }: IncomingHttpHeaders): boolean {
  return origin !== undefined && !(URL.canParse(origin) && isLoopback(new URL(origin).hostname));
}

/**
 * Whether nobody but a page of the sandbox itself can have sent this. Browsers say `Origin` in every POST and in every
 * request to another origin; without it, only reading is allowed.
 */
export function isFromOwnPage({
  method,
  headers,
}: {
  method: string;
  headers: IncomingHttpHeaders;
}): boolean {
  const { origin, host = '' } = headers;
  return origin === undefined ? method === 'GET' : origin === `http://${host}`;
}
