import { faultChoices } from '../console/fault-catalog.js';
import type { Reply } from '../http/reply.js';
import { SANDBOX_PROVIDERS, type SandboxProvider } from '../sandbox-provider.js';
import { escapeHtml, page } from './page.js';

const NAMES: Readonly<Record<SandboxProvider, string>> = {
  checkify: 'Checkify',
  engagelab: 'EngageLab OTP',
  humanproof: 'HumanProof',
  verifyid: 'VerifyID.dk',
};

/** The page that shows and steers the sandbox; its lists come by server-sent events. */
export function consolePage(): Reply {
  const options = SANDBOX_PROVIDERS.map(name => `<option value="${name}">${NAMES[name]}</option>`).join('');
  const main = `    <header class="bar">
      <h1><img src="/assets/icon.svg" alt="" width="28" height="28" />Verification sandbox</h1>
      <p id="live" class="live">Connecting…</p>
      <nav aria-label="Sections">
        <a href="#calls">Calls</a>
        <a href="#sessions">Sessions</a>
        <a href="#logins">Logins</a>
        <a href="#messages">Codes</a>
        <a href="#faults">Faults</a>
        <a href="/inbox">Inbox page</a>
      </nav>
    </header>
    <main class="console wide">
      <p id="notice" class="notice" role="status"></p>
      <section id="calls" class="panel calls" aria-labelledby="calls-title">
        <header>
          <h2 id="calls-title">Calls</h2>
          <label class="inline">Show <select id="filter"><option value="">all APIs</option>${options}</select></label>
        </header>
        <div class="scroll" role="group" aria-labelledby="calls-title" tabindex="0">
          <table role="table" aria-labelledby="calls-title">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">Time</th>
                <th role="columnheader" scope="col">API</th>
                <th role="columnheader" scope="col">Endpoint</th>
                <th role="columnheader" scope="col">Outcome</th>
                <th role="columnheader" scope="col" class="duration">Duration</th>
              </tr>
            </thead>
            <tbody id="call-list" role="rowgroup" aria-live="polite" aria-relevant="additions"></tbody>
          </table>
          <p class="empty">Nothing was asked yet. Use your application, and its calls appear here.</p>
        </div>
      </section>
      <div class="people">
        ${people('session', 'Checkify sessions', 'No QR code is waiting for a phone.')}
        ${people('login', 'MitID and BankID logins', 'Nobody is about to log in.')}
        ${people('message', 'Codes sent', 'No code was sent yet.')}
      </div>
      <section id="faults" class="panel faults" aria-labelledby="faults-title">
        <header>
          <h2 id="faults-title">Faults</h2>
          <p class="muted">They hit what your server asks, not what the pages of this sandbox ask.</p>
        </header>
        <div class="grid">
          ${SANDBOX_PROVIDERS.map(faultForm).join('\n          ')}
        </div>
      </section>
    </main>`;
  return page({
    title: 'Console · Verification sandbox',
    main,
    scripts: ['console.js'],
    styles: ['console.css'],
  });
}

function people(name: string, title: string, empty: string): string {
  return `<section id="${name}s" class="panel" aria-labelledby="${name}s-title">
          <header><h2 id="${name}s-title">${title}</h2></header>
          <div class="scroll" role="group" aria-labelledby="${name}s-title" tabindex="0">
            <ul id="${name}-list" class="rows" aria-live="polite" aria-relevant="additions"></ul>
          </div>
          <p class="empty">${empty}</p>
        </section>`;
}

function faultForm(provider: SandboxProvider): string {
  const options = faultChoices(provider).map(({ id, label }) => {
    return `<option value="${escapeHtml(id)}">${escapeHtml(label)}</option>`;
  });
  return `<form class="fault" data-provider="${provider}" aria-labelledby="fault-${provider}" tabindex="-1">
            <h3 id="fault-${provider}">${NAMES[provider]}</h3>
            <label>What goes wrong <select name="choice">${options.join('')}</select></label>
            <div class="pair">
              <label>Delay in ms <input name="delayMs" type="number" min="0" max="60000" step="1" value="3000" required /></label>
              <label>How often <select name="times">
                <option value="">until cleared</option>
                <option value="1">next call</option>
                <option value="3">next 3 calls</option>
                <option value="10">next 10 calls</option>
              </select></label>
            </div>
            <label class="check"><input name="after" type="checkbox" /> The API does its work first</label>
            <div class="buttons">
              <button>Inject</button>
              <button type="button" name="clear" class="quiet">Clear</button>
            </div>
            <ul class="rows" aria-label="Faults of ${NAMES[provider]} that wait" aria-live="polite"></ul>
          </form>`;
}
