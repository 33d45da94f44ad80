/** A stored value, or `undefined` where there is none. */
export function valueIn(reply: unknown): string | undefined {
  if (reply === null) return undefined;
  return typeof reply === 'string' ? reply : unexpected(reply);
}

/** Tells whether SET stored its value: it says so, or `null` where its condition did not hold. */
export function storedIn(reply: unknown): boolean {
  if (reply === null) return false;
  return reply === 'OK' || unexpected(reply);
}

/** A count of at least `least`, also from a client that gives numbers as text. */
export function countIn(reply: unknown, least: number): number {
  const isText = typeof reply === 'string' && /^\d+$/.test(reply);
  const count = typeof reply === 'number' || isText ? Number(reply) : NaN;
  return Number.isSafeInteger(count) && count >= least ? count : unexpected(reply);
}

/** Reads the reply of HGETALL in a script: names and values in turn. */
export function entriesIn(reply: unknown): ReadonlyMap<string, string> {
  const texts: readonly unknown[] = Array.isArray(reply) ? reply : unexpected(reply);
  const entries = new Map<string, string>();
  for (let index = 0; index < texts.length; index += 2) {
    const [name, value] = texts.slice(index);
    if (typeof name !== 'string' || typeof value !== 'string') return unexpected(reply);
    entries.set(name, value);
  }
  return entries;
}

/** The error does not show the reply: it may be what somebody stored. */
function unexpected(reply: unknown): never {
  throw new TypeError(`Redis gave an unexpected reply (${reply === null ? 'null' : typeof reply})`);
}
