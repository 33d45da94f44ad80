import { html } from '../browser/html.js';
import { standInPage } from '../browser/page.js';
import type { Reply } from '../http/reply.js';
import { handOffUrl } from './checkify-phone.js';
import { stateOf, thresholdOf, type CheckifySession, type CheckifySessionState } from './checkify-session.js';

const TITLE = 'Checkify on your phone';
const ENDED: Readonly<Record<Exclude<CheckifySessionState, 'pending'>, string>> = {
  approved: 'Approved. Go back to the page that showed the code.',
  denied: 'Declined. Go back to the page that showed the code.',
  expired: 'This result is too old. Start again from the page that showed the code.',
  used: 'This result was used. Start again from the page that showed the code.',
};

/** The page that a phone shows after it scanned the QR code of a session. */
export function phonePage(session: CheckifySession | undefined, now: number): Reply {
  if (!session) return status('No such session. Start again from the page.', 404);
  const state = stateOf(session, now);
  const url = state === 'approved' ? handOffUrl(session) : undefined;
  if (url !== undefined) return standInPage(TITLE, html('checkify/browser/phone-back.html', { url }));
  if (state !== 'pending') return status(ENDED[state]);
  const threshold = thresholdOf(session.requestType);
  const ages = threshold === 0 ? [] : [Math.max(25, threshold), Math.min(17, threshold - 1)];
  const content = html('checkify/browser/phone.html', {
    proof: threshold === 0 ? 'human' : `over ${threshold}`,
    ages: ages.map(age => html('checkify/browser/phone-age.html', { age })),
  });
  return standInPage(TITLE, content);
}

function status(text: string, code = 200): Reply {
  return standInPage(TITLE, html('browser/status.html', { text }), code);
}
