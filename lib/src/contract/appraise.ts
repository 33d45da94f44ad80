import { reject, type Answer } from './answer.js';
import type { AcceptedVerdict, Verdict } from './verdict.js';

/** Holds an answer against the demanded claims: a *yes* that lacks one of them, or is over, is a *no*. */
export function appraise<Extras extends object>(
  answer: Answer<Extras>,
  demanded: readonly string[],
): Answer<Extras> {
  if (answer.outcome === 'rejected') return answer;
  // `<=` would accept an invalid date, which proves nothing.
  if (answer.validUntil !== undefined && !(answer.validUntil.getTime() > Date.now()))
    return reject('expired');
  const missing = demanded.filter(claim => !answer.claims.includes(claim));
  if (demanded.length > 0 && missing.length === 0) return answer;
  return reject('claim_missing', { missingClaims: missing });
}

/** The verdict that an appraised answer of a provider is. */
export function verdictOf<A extends AcceptedVerdict>(
  provider: string,
  answer: Answer<Omit<A, keyof AcceptedVerdict>>,
  reference: string,
): Verdict<A> {
  if (answer.outcome === 'rejected') {
    const { reason, details } = answer;
    return { outcome: 'rejected', provider, reason, details, reference };
  }
  const { claims, extras, validUntil } = answer;
  const accepted: AcceptedVerdict = { outcome: 'accepted', provider, claims, reference };
  // Spreading is avoided: V8 adds further members to a spread object slowly. Extras and AcceptedVerdict make up A.
  const verdict = Object.assign({}, extras, accepted) as unknown as A;
  return validUntil === undefined ? verdict : { ...verdict, validUntil };
}
