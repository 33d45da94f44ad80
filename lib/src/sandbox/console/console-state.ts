import type { CallLog } from '../call-log.js';
import { stateOf } from '../checkify/checkify-session.js';
import type { Controlled } from '../control.js';
import { describeFault } from './fault-catalog.js';

const CALLS = 200;
const PEOPLE = 30;

/** What the console shows, list by list, newest first; nothing in it is a whole secret of the application. */
export function consoleState(
  { checkify, verifyid, engagelab, faults }: Controlled,
  log: CallLog,
  now: number,
): Readonly<Record<string, readonly unknown[]>> {
  return {
    calls: log.entries.slice(-CALLS).reverse(),
    sessions: checkify.sessions(PEOPLE).map(session => ({
      id: session.requestId,
      requestType: session.requestType,
      startedAt: session.startedAt,
      state: stateOf(session, now),
    })),
    logins: verifyid.logins(PEOPLE).map(({ id, url, method, minimumAge, returnUrl, startedAt }) => ({
      ...{ id, url, method, minimumAge, startedAt },
      returnHost: new URL(returnUrl).host,
    })),
    messages: inboxState(engagelab, now).messages,
    faults: faults.waiting().map(({ id, fault, left }) => ({
      id,
      provider: fault.provider,
      text: describeFault(fault),
      left: Number.isFinite(left) ? left : null,
    })),
  };
}

/** What the inbox shows: the phone's side, so that codes are there to be read. */
export function inboxState(
  engagelab: Controlled['engagelab'],
  now: number,
): { readonly messages: readonly unknown[] } {
  return {
    messages: engagelab
      .messages(PEOPLE)
      .map(({ messageId, to, channel, code, sentAt, expiresAt, verified }) => ({
        ...{ id: messageId, to, channel, code, sentAt },
        state: verified ? 'used' : now < expiresAt ? 'valid' : 'expired',
      })),
  };
}
