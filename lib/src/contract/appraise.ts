import type { Answer } from './answer.js';
import { refuse } from './answer.js';

/** Holds an answer against the demanded claims: a *yes* that lacks one of them is a *no*. */
export function appraise<Extras extends object>(
  answer: Answer<Extras>,
  demanded: readonly string[],
): Answer<Extras> {
  if (answer.outcome === 'refused') return answer;
  const missing = demanded.filter(claim => !answer.claims.includes(claim));
  if (demanded.length > 0 && missing.length === 0) return answer;
  return refuse('claim_missing', { missingClaims: missing });
}
