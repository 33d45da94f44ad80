import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/**
 * Nothing but this machine can reach a server at this host name or address (no port). `isLoopback` of `wire/url.ts`
 * means a client's target, and accepts 0.0.0.0: a server there is open to the whole network.
 */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The request was addressed to this machine by name. A rebound DNS name is another name. */
export function isAddressedToLoopback({ host }: IncomingHttpHeaders): boolean {
  return host !== undefined && isLoopback(host.replace(/:\d{1,5}$/, ''));
}

/** A page of another site made a browser send this request. Browsers add `Origin` to every such POST. */
export function isFromForeignPage({ origin }: IncomingHttpHeaders): boolean {
  return origin !== undefined && !(URL.canParse(origin) && isLoopback(new URL(origin).hostname));
}

/**
 * Only a page of the sandbox can have sent this. Browsers send `Origin` with every POST and every request to another
 * origin. Without `Origin`, only reading is allowed.
 */
export function isFromOwnPage(method: string, { origin, host = '' }: IncomingHttpHeaders): boolean {
  return origin === undefined ? method === 'GET' : origin === `http://${host}`;
}
