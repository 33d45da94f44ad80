import { MANIFESTS } from '../sandbox-provider.js';

const WORDS: ReadonlySet<string> = new Set(Object.values(MANIFESTS).flatMap(({ words }) => words));

/** The beginning of a secret, enough to tell two apart. */
export function mask(secret: string): string {
  return secret.length < 8 ? '…' : `${secret.slice(0, 4)}…`;
}

/** A path of an emulated API without secrets. A segment that is no word of the API can be one. */
export function maskedPath(segments: readonly string[]): string {
  return `/${segments.map(segment => (WORDS.has(segment) ? segment : mask(segment))).join('/')}`;
}
