/** The countries of the form, the usual one first. */
export const COUNTRIES = [
  { name: 'Denmark', code: '+45' },
  { name: 'Sweden', code: '+46' },
  { name: 'Norway', code: '+47' },
  { name: 'Germany', code: '+49' },
];

/**
 * Completes a national number, such as `20 12 34 56`, with the country code of the form. Everything else stays as it was
 * typed: the library reads numbers that have a country code, and refuses what is no number.
 */
export function withCountryCode({ phone, country = '+45' }: { phone: string; country?: string }): string {
  const digits = phone.normalize('NFKC').replace(/[\s().\p{Pd}\p{Cf}]/gu, '');
  if (country === '+45') return /^[2-9]\d{7}$/.test(digits) ? country + digits : phone;
  return /^0?[1-9]\d{5,}$/.test(digits) ? country + digits.replace(/^0/, '') : phone;
}
