import { typedText } from './typed-text.js';

/** The characters of codes where the application says nothing. */
const DIGITS = '0123456789';

/**
 * The code in what a person typed or pasted; `undefined` for what can be no code, or more than one. Digits in groups are
 * joined. In a whole message, such as `Your code is 004211. Valid for 10 minutes.`, only one part may be a code.
 */
export function codeIn(typed: string, alphabet: string = DIGITS): string | undefined {
  const text = typedText(typed);
  const runs = text.match(RUN) ?? [];
  const asCode = (run: string): string[] => codeOf(run, alphabet);
  const whole = asCode(runs.join(''));
  if (!/\p{L}/u.test(text) && whole.length > 0) return whole[0];
  const withDigits = runs.length === 1 ? runs : runs.filter(run => /\d/.test(run));
  const alone = new Set(withDigits.flatMap(asCode));
  const grouped = new Set((text.match(GROUPS) ?? []).flatMap(group => asCode(group.replace(/\D/g, ''))));
  const [code, ...others] = new Set([...alone, ...grouped]);
  if (code === undefined) return whole[0];
  // Some of the digits in groups are no code: `12 34 ab 56`.
  return others.length === 0 && (alone.has(code) || text.replace(/\D/g, '') === code) ? code : undefined;
}

/** Letters and digits. Scripts without capitals are left out, because many of them write no space before a code. */
const RUN = /(?:(?!\p{Lo})[\p{L}\p{N}])+/gu;
const GROUPS = /(?<!\p{N})\d+(?:[\s\p{Pd}]\d+)+(?!\p{N})/gu;

/** The code that a text is, or nothing. */
function codeOf(run: string, alphabet: string): string[] {
  const code = inCaseOf(alphabet, run);
  const isCode = /^[0-9A-Za-z]{4,10}$/.test(code) && [...code].every(each => alphabet.includes(each));
  return isCode ? [code] : [];
}

function inCaseOf(alphabet: string, code: string): string {
  if (!/[a-z]/.test(alphabet)) return code.toUpperCase();
  return /[A-Z]/.test(alphabet) ? code : code.toLowerCase();
}
