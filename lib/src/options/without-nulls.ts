import { asObject } from '../wire/json.js';

/** The options that hold options, besides each of `providers`. What any other holds belongs to the application, and stays as it is. */
const HOLDERS = new Set('providers http breaker messages statusCodes sendLimit requesterLimit'.split(' '));

/** A copy without what is `null`, such as a value that a file of settings leaves empty: it counts as left out. */
export function withoutNulls<T>(options: T, areProviders = false): T {
  const members = asObject(options);
  if (members === undefined || !isPlain(members)) return options;
  const kept = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      areProviders || HOLDERS.has(name) ? withoutNulls(value, name === 'providers') : value,
    ]),
  ) as T;
}

/** Tells whether an object is of no class; that of `structuredClone` may have the prototype of another realm. */
function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
