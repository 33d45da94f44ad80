import { reject, type Rejection } from '../../contract/answer.js';
import type { Budgets } from './budgets.js';
import type { SentCode } from './sent-code.js';

/** Says how long to wait if no guess is left. The last guess says so, too: nobody makes another one to find out. */
export async function withWait(rejection: Rejection, sent: SentCode, budgets: Budgets): Promise<Rejection> {
  const ownMs = await budgets.untilNextGuess(sent).catch(() => undefined); // a store that fails changes no verdict
  if (ownMs === undefined) return rejection;
  const retryAfterMs = Math.max(ownMs, rejection.details.retryAfterMs ?? 0); // the vendor may ask for more
  return reject(rejection.reason, { ...rejection.details, retryAfterMs });
}
