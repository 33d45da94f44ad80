/**
 * The text that a person means by what was typed or pasted: compatibility forms are plain (NFKC), digits of any script are
 * ASCII's, and characters that nobody sees are gone.
 */
export function typedText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{DI}\p{Me}]/gu, '')
    .replace(/\p{Nd}/gu, digit => String(valueOf(digit)))
    .trim();
}

/** Every script has its ten digits in a row, and such rows may follow one another. */
function valueOf(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let first = codePoint;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return (codePoint - first) % 10;
}
