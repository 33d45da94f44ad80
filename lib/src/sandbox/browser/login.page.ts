import type { Reply } from '../http/reply.js';
import type { VerifyIdFlow, VerifyIdMethod } from '../verifyid/verifyid-flow.js';
import { escapeHtml, page } from './page.js';

const NAMES: Readonly<Record<VerifyIdMethod, string>> = { mitid: 'MitID', bankid: 'BankID' };

/** The page on which a person logs in with MitID or BankID; every choice leads back to the application, as the real ones do. */
export function loginPage(flow: VerifyIdFlow | undefined): Reply {
  if (!flow) {
    const content = '<p role="status">This login is over. Start again from the page that sent you here.</p>';
    return login(404, 'Log in', content);
  }
  return login(
    200,
    `Log in with ${NAMES[flow.method]}`,
    `<p><strong>${escapeHtml(new URL(flow.returnUrl).host)}</strong> asks whether you are at least ${String(flow.minimumAge)}.
        It gets to know that, and not how old you are.</p>
      <nav class="choices" aria-label="Log in as">
        <a class="button" href="?age=21">I am 21</a>
        <a class="button" href="?age=17">I am 17</a>
        <a class="button" href="?age=15">I am 15</a>
        <a class="button quiet" href="?age=none">Cancel</a>
      </nav>`,
  );
}

function login(status: number, title: string, content: string): Reply {
  const main = `    <main class="stand-in">
      <p class="eyebrow">Sandbox stand-in</p>
      <h1>${title}</h1>
      ${content}
    </main>`;
  return page({ title: `${title} · Verification sandbox`, main, status });
}
