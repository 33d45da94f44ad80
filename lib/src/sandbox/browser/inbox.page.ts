import type { Reply } from '../http/reply.js';
import { panel } from './console.page.js';
import { html } from './html.js';
import { page } from './page.js';

/** The messages that phones and mailboxes received. */
export function inboxPage(): Reply {
  return page(html('browser/inbox.html', { panels: panel('messages') }));
}
