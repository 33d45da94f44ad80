import type { ApiRequest } from '../http/api-request.js';
import type { Reply } from '../http/reply.js';
import { html, type Html } from './html.js';

// No inline code, nothing from other origins, no frame of another page.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** A whole HTML page as an answer. */
export function page({ text }: Html, status = 200): Reply {
  return { status, headers: HEADERS, body: text };
}

/** A page that stands in for the provider's own, which a person would see. */
export function standInPage(title: string, content: Html, status = 200): Reply {
  return page(html('browser/stand-in.html', { title, content }), status);
}

/** A browser asks for a page; scripts get a line of text. */
export function wantsPage({ headers }: ApiRequest): boolean {
  return headers.accept?.includes('text/html') === true;
}
