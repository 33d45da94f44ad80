import { typedText } from './typed-text.js';

/** The characters of codes where the application says nothing. */
const DIGITS = '0123456789';

/**
 * The code in what a person typed; `undefined` for what can be no code. Digits in groups are joined. In other text, such
 * as `Code: 004211.`, the code is the one run of letters and digits that has a digit in it.
 */
export function codeIn(typed: string, alphabet: string = DIGITS): string | undefined {
  const text = typedText(typed);
  const runs = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const code = /\p{L}/u.test(text) ? onlyOne(runs) : runs.join('');
  const folded = code && inCaseOf(alphabet, code);
  if (folded === undefined || !/^[0-9A-Za-z]{4,10}$/.test(folded)) return undefined;
  return [...folded].every(each => alphabet.includes(each)) ? folded : undefined;
}

function onlyOne(runs: readonly string[]): string | undefined {
  if (runs.length === 1) return runs[0];
  const candidates = runs.filter(run => /\d/.test(run));
  return candidates.length === 1 ? candidates[0] : undefined;
}

function inCaseOf(alphabet: string, code: string): string {
  if (!/[a-z]/.test(alphabet)) return code.toUpperCase();
  return /[A-Z]/.test(alphabet) ? code : code.toLowerCase();
}
