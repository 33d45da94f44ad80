import { asObject } from '../../wire/json.js';
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

/** A value of JSON without secrets: every text or number whose name is neither a word of the APIs nor `shown`. */
export function masked(value: unknown, shown: string, name = '', depth = 0): unknown {
  if (depth > 8) return '…';
  if (Array.isArray(value)) return value.map(each => masked(each, shown, name, depth + 1));
  if (typeof value === 'string' || typeof value === 'number')
    return name === shown || WORDS.has(name) ? value : mask(String(value));
  const object = asObject(value);
  if (!object) return value;
  const members = Object.entries(object).map(([key, each]) => [key, masked(each, shown, key, depth + 1)]);
  return Object.fromEntries(members) as unknown;
}
