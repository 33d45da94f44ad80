import { reject, type Answer } from './answer.js';

/** Holds an answer against the demanded claims: a *yes* that lacks one of them, or is over, is a *no*. */
export function appraise<Extras extends object>(
  answer: Answer<Extras>,
  demanded: readonly string[],
): Answer<Extras> {
  if (answer.outcome === 'rejected') return answer;
  // Not `<=`: an invalid date proves nothing either.
  if (answer.validUntil !== undefined && !(answer.validUntil.getTime() > Date.now()))
    return reject('expired');
  const missing = demanded.filter(claim => !answer.claims.includes(claim));
  if (demanded.length > 0 && missing.length === 0) return answer;
  return reject('claim_missing', { missingClaims: missing });
}
