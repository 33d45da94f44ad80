/**
 * The text that people mean who type or paste it: compatibility forms are plain (NFKC), digits of any script are
 * ASCII's, and characters that nobody sees are gone.
 */
export function typedText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{DI}\p{Me}]/gu, '')
    .replace(/\p{Nd}/gu, digit => String(valueOf(digit)))
    .trim();
}

/** Every script has its digits in a row; the row starts at a code point that ends in 0 or 6. */
function valueOf(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  const last = codePoint % 16;
  return /\p{Nd}/u.test(String.fromCodePoint(codePoint - last)) ? last : last - 6;
}
