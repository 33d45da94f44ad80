import { faultChoices } from '../console/fault-catalog.js';
import type { Reply } from '../http/reply.js';
import { SANDBOX_PROVIDERS, type SandboxProvider } from '../sandbox-provider.js';
import { html, type Html } from './html.js';
import { page } from './page.js';

const NAMES: Readonly<Record<SandboxProvider, string>> = {
  checkify: 'Checkify',
  engagelab: 'EngageLab OTP',
  humanproof: 'HumanProof',
  verifyid: 'VerifyID.dk',
};

const LISTS = {
  sessions: { api: 'checkify', title: 'Checkify sessions', empty: 'No QR code is waiting for a phone.' },
  logins: { api: 'verifyid', title: 'MitID and BankID logins', empty: 'Nobody is about to log in.' },
  messages: { api: 'engagelab', title: 'Codes sent', empty: 'No code was sent yet.' },
};
const LIST_NAMES = Object.keys(LISTS) as (keyof typeof LISTS)[];

/** The page that shows and steers the sandbox; its lists come by server-sent events. */
export function consolePage(): Reply {
  const values = {
    links: LIST_NAMES.map(name => html('browser/link.html', { href: `#${name}`, text: LISTS[name].title })),
    apis: SANDBOX_PROVIDERS.map(name => option(name, NAMES[name])),
    panels: LIST_NAMES.map(panel),
    faults: SANDBOX_PROVIDERS.map(faultForm),
  };
  return page(html('browser/console.html', values));
}

export function panel(name: keyof typeof LISTS): Html {
  return html('browser/panel.html', { name, ...LISTS[name] });
}

function faultForm(api: SandboxProvider): Html {
  const choices = faultChoices(api).map(({ id, label }) => option(id, label));
  return html('browser/fault-form.html', { api, title: NAMES[api], choices });
}

function option(value: string, text: string): Html {
  return html('browser/option.html', { value, text });
}
