import type { Reply } from '../http/reply.js';
import { page } from './page.js';

/** The messages that phones and mailboxes received. */
export function inboxPage(): Reply {
  const main = `    <header class="bar">
      <h1><img src="/assets/icon.svg" alt="" width="28" height="28" />Inbox</h1>
      <p id="live" class="live">Connecting…</p>
      <nav aria-label="Sandbox"><a href="/console">Console</a></nav>
    </header>
    <main class="console inbox">
      <p id="notice" class="notice" role="status"></p>
      <section class="panel" aria-labelledby="messages" tabindex="-1">
        <header>
          <h2 id="messages">Codes sent by EngageLab OTP</h2>
          <p class="muted">This page is everybody’s phone. Nothing left this machine.</p>
        </header>
        <ul id="message-list" class="rows" aria-live="polite" aria-relevant="additions"></ul>
        <p class="empty">No code was sent yet.</p>
      </section>
    </main>`;
  return page({
    title: 'Inbox · Verification sandbox',
    main,
    scripts: ['inbox.js'],
    styles: ['console.css'],
  });
}
