import { hash } from 'node:crypto';

/** The version of what is stored; another version never reads it. CONTRIBUTING.md says when it changes. */
const VERSION = 3;
const [AREA_DIGITS, KEY_LENGTH] = [4, 64];

/**
 * A key in the store: 64 hexadecimal digits, from which nobody can tell what it stands for. The first four name the
 * area, such as the codes of one provider. `scope` keeps apart what must not answer for one another, such as two
 * accounts at a provider.
 */
export function stateKey(scope: string, area: string, ...parts: readonly string[]): string {
  const key = hash('sha256', JSON.stringify([VERSION, scope, area, ...parts]), 'hex');
  return digitsOf(area) + key.slice(AREA_DIGITS);
}

/** The digits of the areas; they are a few for each provider, and one for each route with `once`. */
const digits = new Map<string, string>();

function digitsOf(area: string): string {
  const known = digits.get(area);
  if (known !== undefined) return known;
  const own = hash('sha256', area, 'hex').slice(0, AREA_DIGITS);
  digits.set(area, own);
  return own;
}

/** A key beside another one, in the same area. */
export function keyBeside(key: string, part: string): string {
  return key.slice(0, AREA_DIGITS) + hash('sha256', JSON.stringify([key, part]), 'hex').slice(AREA_DIGITS);
}

/** The area that a key says; empty for what is no key of ours. */
export function areaOf(key: string): string {
  return key.length === KEY_LENGTH ? key.slice(0, AREA_DIGITS) : '';
}
