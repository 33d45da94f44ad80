import type { ApiRequest } from '../http/api-request.js';
import type { Reply } from '../http/reply.js';

/** What a page of the sandbox consists of. */
export interface Page {
  readonly title: string;
  /** HTML in which every value went through `escapeHtml`. */
  readonly main: string;
  /** Names under `/assets/`. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  /** @default 200 */
  readonly status?: number;
}

// Nothing inline, nothing from elsewhere, in nobody's frame.
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

/** A whole HTML page. */
export function page({ title, main, scripts = [], styles = [], status = 200 }: Page): Reply {
  const loaded = [
    ...['page.css', ...styles].map(name => `<link rel="stylesheet" href="/assets/${name}" />`),
    ...scripts.map(name => `<script type="module" src="/assets/${name}"></script>`),
  ];
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    ${loaded.join('\n    ')}
  </head>
  <body>
${main}
  </body>
</html>
`;
  return { status, headers: HEADERS, body };
}

/** Text as HTML that shows it, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${String(character.charCodeAt(0))};`);
}

/** Whether a browser asks for a page to show, rather than a script for a line to read. */
export function wantsPage({ headers }: ApiRequest): boolean {
  return headers.accept?.includes('text/html') === true;
}
