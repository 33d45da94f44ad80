import { asObject, type JsonObject } from '../../wire/json.js';

/** The same object where it has none of these members. */
export function without(value: unknown, names: readonly string[]): unknown {
  const members = asObject(value);
  if (members === undefined || !names.some(name => Object.hasOwn(members, name))) return value;
  return copyWith(
    members,
    Object.entries<unknown>(members).filter(([name]) => !names.includes(name)),
  );
}

/** Copies the JSON of a form: a pipe may change its argument, and runs again on what the handler gets. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value; // a file, or what a parser made
  return copyWith(
    value,
    Object.entries(value as JsonObject).map(([name, each]) => [name, copyOf(each)]),
  );
}

/** Reads what Nest reads for a parameter such as `@Body('email')`: of anything but an object, own members alone. */
export function memberFor(value: unknown, name: string | undefined): unknown {
  if (name === undefined || name === '' || value === undefined || value === null || value === '')
    return value;
  const isOwn = asObject(value) !== undefined || Object.hasOwn(Object(value) as object, name);
  return isOwn ? (value as JsonObject)[name] : undefined;
}

function copyWith(original: object, members: readonly (readonly [string, unknown])[]): object {
  const copy = Object.fromEntries(members) as object;
  // The query of some parsers has no prototype.
  return Object.getPrototypeOf(original) === null ? (Object.setPrototypeOf(copy, null) as object) : copy;
}
