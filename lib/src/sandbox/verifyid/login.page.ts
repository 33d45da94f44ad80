import { html } from '../browser/html.js';
import { standInPage } from '../browser/page.js';
import type { Reply } from '../http/reply.js';
import { METHOD_NAMES, type VerifyIdFlow } from './verifyid-flow.js';

/** The page on which a person logs in with MitID or BankID. Every choice leads back to the application. */
export function loginPage(flow: VerifyIdFlow | undefined): Reply {
  if (!flow) {
    const text = 'This login is over. Start again from the page that sent you here.';
    return standInPage('Log in', html('browser/status.html', { text }), 404);
  }
  const { returnUrl, minimumAge, method } = flow;
  const asked = { host: new URL(returnUrl).host, age: minimumAge };
  return standInPage(`Log in with ${METHOD_NAMES[method]}`, html('verifyid/browser/login.html', asked));
}
