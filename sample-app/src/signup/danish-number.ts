/**
 * Completes a Danish number with its country code, such as `20 12 34 56`. Everything else stays as it was typed: the
 * library reads numbers that have a country code, and refuses what is no number.
 */
export function withCountryCode(typed: string): string {
  const digits = typed.normalize('NFKC').replace(/[\s().\p{Pd}\p{Cf}]/gu, '');
  return /^[2-9]\d{7}$/.test(digits) ? `+45${digits}` : typed;
}
