import type { CheckifyRequestType, CheckifySessionState } from '../checkify/checkify-session.js';
import type { Reply } from '../http/reply.js';
import { page } from './page.js';

const ENDED: Readonly<Record<Exclude<CheckifySessionState, 'pending'>, string>> = {
  approved: 'Approved. Go back to the page that showed the code.',
  denied: 'Refused. Go back to the page that showed the code.',
  expired: 'This result is too old. Start again from the page that showed the code.',
  used: 'This result was used. Start again from the page that showed the code.',
};

/** What the phone shows after it scanned the QR code of a session. */
export function phonePage(
  session: { readonly requestType: CheckifyRequestType; readonly state: CheckifySessionState } | undefined,
): Reply {
  if (!session) return phone(404, '<p role="status">No such session. Start again from the page.</p>');
  if (session.state !== 'pending') return phone(200, `<p role="status">${ENDED[session.state]}</p>`);
  const threshold = Number(/\d+$/.exec(session.requestType)?.[0] ?? 0);
  const asks =
    threshold === 0
      ? 'that you are <strong>human</strong>'
      : `that you are <strong>over ${String(threshold)}</strong>`;
  const ages = threshold === 0 ? [] : [Math.max(25, threshold), Math.min(17, threshold - 1)];
  return phone(
    200,
    `<p>The site asks for proof ${asks}.</p>
      <nav class="choices" aria-label="Answer as">
        <a class="button" href="?approve=human">Approve as a human</a>
        ${ages.map(age => `<a class="button" href="?approve=${String(age)}">Approve as someone of ${String(age)}</a>`).join('\n        ')}
        <a class="button quiet" href="?approve=nobody">Refuse</a>
      </nav>`,
  );
}

function phone(status: number, content: string): Reply {
  const main = `    <main class="stand-in">
      <p class="eyebrow">Sandbox stand-in</p>
      <h1>Checkify on your phone</h1>
      ${content}
    </main>`;
  return page({ title: 'Checkify on your phone · Verification sandbox', main, status });
}
