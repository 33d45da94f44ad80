import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimOf, mailboxOf, recipientIn } from '../../lib/src/providers/otp/recipient.js';
import { codeIn } from '../../lib/src/providers/otp/verify-code.js';

/** The zeros of every numbering system that this runtime can write. */
const ZEROS = Intl.supportedValuesOf('numberingSystem').flatMap(system => {
  const [zero, ...more] = new Intl.NumberFormat('en', { numberingSystem: system }).format(0);
  return zero !== undefined && more.length === 0 && /\p{Nd}/u.test(zero) ? (zero.codePointAt(0) ?? 0) : [];
});
const SEPARATORS = [
  ' ',
  '-',
  '–',
  '.',
  '/',
  '_',
  ':',
  '\u00a0',
  '\u2009',
  '\u200b',
  '\u2060',
  '\ufeff',
  ' – ',
];
const separators = fc.array(fc.constantFrom(...SEPARATORS), { maxLength: 3 }).map(all => all.join(''));
const digits = (least: number, most: number) =>
  fc.array(fc.nat(9), { minLength: least, maxLength: most }).map(all => all.join(''));

/** The same digits, as people may write them. */
function written(code: string, zero: number, between: readonly string[]): string {
  return [...code]
    .map((digit, index) => `${String.fromCodePoint(zero + Number(digit))}${between[index] ?? ''}`)
    .join('');
}

describe('a code', () => {
  it('of any script and in any groups is the code', () => {
    expect(ZEROS.length).toBeGreaterThan(60);
    fc.assert(
      fc.property(
        digits(4, 10),
        fc.constantFrom(...ZEROS),
        fc.array(separators),
        separators,
        (code, zero, between, before) => codeIn(before + written(code, zero, between)) === code,
      ),
      { numRuns: 500 },
    );
  });

  it('in a sentence without other digits is the code', () => {
    const word = fc.stringMatching(/^[A-Za-zæøåÆØÅ]{1,8}[,.:;!?]?$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), digits(4, 10), fc.array(word), (before, code, after) => {
        expect(codeIn([...before, `${code}.`, ...after].join(' '))).toBe(code);
      }),
    );
  });

  it('is nothing else than 4 to 10 characters of the alphabet, whatever was typed', () => {
    const alphabet = fc.constantFrom(undefined, '0123456789ABCDEF', '0123456789abc', '0123456789abcABC');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), alphabet, (text, said) => {
        const letters: string = said ?? '0123456789';
        const code = codeIn(text, said);
        if (code === undefined) return;
        expect([...code].every(each => letters.includes(each))).toBe(true);
        expect(code.length).toBeGreaterThanOrEqual(4);
        expect(code.length).toBeLessThanOrEqual(10);
        expect(codeIn(code, letters)).toBe(code);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a recipient', () => {
  it('of any script and in any groups is one number', () => {
    const gaps = fc.array(fc.constantFrom('', ' ', '-', '.', '/', '\u200b', '\u00a0', '\u202c'));
    fc.assert(
      fc.property(
        fc.constantFrom('+', '00', '(+', '＋', '+ ', '\u202a+'),
        digits(6, 12),
        fc.constantFrom(...ZEROS),
        gaps,
        (prefix, rest, zero, between) => {
          const start = prefix === '00' ? written('00', zero, []) : prefix;
          expect(recipientIn(`${start}4${written(rest, zero, between)}`)).toBe(`+4${rest}`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has one form, which stays, and one mailbox', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.emailAddress(),
      digits(6, 15).map(all => `+${all}`),
      fc.tuple(fc.string(), fc.domain()).map(([local, domain]) => `${local}@${domain.toUpperCase()}`),
    );
    fc.assert(
      fc.property(typed, text => {
        const recipient = recipientIn(text);
        if (recipient === undefined) return;
        expect(recipientIn(recipient)).toBe(recipient);
        expect(recipientIn(` ${recipient}\u200b`)).toBe(recipient);
        const mailbox = mailboxOf(recipient);
        expect(mailboxOf(mailbox)).toBe(mailbox);
        expect(claimOf(mailbox)).toBe(claimOf(recipient));
        expect(mailboxOf(recipient.toUpperCase())).toBe(mailbox);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['1', '+', ' ', '@', 'a@', '.', '-', '(0)', '\u200b', 'é'])('takes no time to refuse %j', part => {
    const long = part.repeat(100_000);
    const startedAt = performance.now();
    expect(recipientIn(long)).toBeUndefined();
    expect(recipientIn(`+45${part.repeat(150)}`)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
