// What the four documents call their resources. Any other segment of a path is a key, a token or a reference.
const WORDS: ReadonlySet<string> = new Set(
  `v1 qr results verify pass start status request messages verifications
   api siteverify url_generator_s url_generator_bankid auth_check 16 18`.split(/\s+/),
);

/** The beginning of a secret, enough to tell two apart. */
export function mask(secret: string): string {
  return secret.length < 8 ? '…' : `${secret.slice(0, 4)}…`;
}

/** A path of an emulated API without the secrets in it. */
export function maskedPath(segments: readonly string[]): string {
  return `/${segments.map(segment => (WORDS.has(segment) ? segment : mask(segment))).join('/')}`;
}
