import { html, type Html } from '../browser/html.js';
import { page } from '../browser/page.js';
import type { Reply } from '../http/reply.js';
import { MANIFESTS, SANDBOX_PROVIDERS, type SandboxProvider } from '../sandbox-provider.js';
import type { RunningSandbox } from '../running-sandbox.js';
import { environmentOf, exampleOf } from '../welcome.js';
import { listsOf, type NamedList } from './console-state.js';
import { faultChoices } from './fault-catalog.js';

/** The page that shows and steers the sandbox. The rows of its lists come by server-sent events. */
export function consolePage(sandbox: RunningSandbox): Reply {
  const lists = listsOf(sandbox);
  const values = {
    environment: [...environmentOf(sandbox)].map(([name, value]) => `${name}=${value}`).join('\n'),
    example: exampleOf(SANDBOX_PROVIDERS[0], sandbox),
    links: lists.map(({ name, title }) => html('browser/link.html', { href: `#${name}`, text: title })),
    apis: SANDBOX_PROVIDERS.map(name => option(name, MANIFESTS[name].title)),
    panels: lists.map(panel),
    faults: SANDBOX_PROVIDERS.map(faultForm),
  };
  return page(html('browser/console.html', values));
}

/** The messages that phones and mailboxes received. */
export function inboxPage(lists: readonly NamedList[]): Reply {
  const panels = lists.filter(({ isInbox }) => isInbox).map(panel);
  return page(html('browser/inbox.html', { panels }));
}

function panel({ name, api, title, empty }: NamedList): Html {
  return html('browser/panel.html', { name, api, title, empty });
}

function faultForm(api: SandboxProvider): Html {
  const choices = faultChoices(api).map(({ id, label, meaning }) => option(id, label, meaning));
  return html('browser/fault-form.html', { api, title: MANIFESTS[api].title, choices });
}

function option(value: string, text: string, meaning = ''): Html {
  return html('browser/option.html', { value, text, meaning });
}
