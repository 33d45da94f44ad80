import { asObject } from '../wire/json.js';

/** Options that hold objects of others, which stay as they are. */
const FOREIGN = new Set(['store', 'validation', 'axios', 'dispatcher', 'customProviders', 'guardedHandlers']);

/** A copy without what is `null`, such as a value that a file of settings leaves empty: it counts as left out. */
export function withoutNulls<T>(options: T): T {
  const members = asObject(options);
  if (members === undefined || !isPlain(members)) return options;
  const kept = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(
    kept.map(([name, value]) => [name, FOREIGN.has(name) ? value : withoutNulls(value)]),
  ) as T;
}

/** Tells whether an object is of no class; that of `structuredClone` may have the prototype of another realm. */
function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
