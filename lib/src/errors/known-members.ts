import { ConfigurationError } from './verification.error.js';

/**
 * Refuses an object of the application with a member that nobody reads: a dropped `claim` would leave a default in
 * place of the demand that was meant.
 * @throws ConfigurationError that names the member and the nearest known one.
 */
export function expectKnownMembers(
  value: unknown,
  known: readonly string[],
  where: string,
  provider?: string,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(`${where} must be an object; it knows ${known.join(', ')}.`, provider);
  }
  const unknown = Object.keys(value).find(name => !known.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestOf(unknown, known);
  const advice = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  throw new ConfigurationError(
    `${where} does not know "${unknown}".${advice} It knows ${known.join(', ')}.`,
    provider,
  );
}

/** The known name that a typing error turned into `name`; `undefined` where none is near. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map(each => ({ each, distance: distanceOf(name.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, name.length / 2) ? best.each : undefined;
}

/** The Levenshtein distance. */
export function distanceOf(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(first).entries()) {
    const next = [index + 1];
    for (const [at, other] of Array.from(second).entries()) {
      const replaced = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[second.length] ?? 0;
}
