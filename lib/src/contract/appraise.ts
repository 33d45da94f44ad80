import { reject, type Answer } from './answer.js';
import { nameLater, type Unnamed } from './reference.js';
import type { RejectedVerdict } from './verdict.js';

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

/** The verdict that an appraised answer of a provider is; an accepted one gets its reference from `named`. */
export function verdictOf(
  provider: string,
  answer: Answer,
  reference: () => string,
): Unnamed | RejectedVerdict {
  if (answer.outcome === 'rejected') {
    const { reason, details } = answer;
    return { outcome: 'rejected', provider, reason, details, reference: reference() };
  }
  const { claims, extras, validUntil } = answer;
  const until = validUntil && { validUntil };
  // No answer has extras of these names. V8 adds members slowly behind what is spread.
  return nameLater({ outcome: 'accepted', provider, claims, ...until, ...extras }, reference);
}
