/** A JSON object whose members are untrusted until read with one of the functions here. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON object that `text` is, or `undefined` for anything else, `null` and arrays included. An object that names a
 * member twice is none: `JSON.parse` keeps the last of them and others the first, so that it says two things. One
 * byte order mark before the text is allowed.
 */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
    const value = asObject(JSON.parse(json));
    return value !== undefined && isUnambiguous(json, countMembers(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `value` when it is an object that is neither `null` nor an array. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** An own member; inherited ones do not exist for us. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** An own member that is a non-empty string. */
export function stringMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' && value.length > 0 ? value : undefined;
}

/** The strings in an own member that is an array; `undefined` when it is not an array. */
export function stringsMember(object: JsonObject, name: string): readonly string[] | undefined {
  const value = member(object, name);
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined;
}

/** Tells whether a JSON text writes as many members as its value has. Most texts have no further colons. */
function isUnambiguous(text: string, members: number): boolean {
  return countColons(text) === members || countWritten(text) === members;
}

function countColons(text: string): number {
  let count = 0;
  for (let index = text.indexOf(':'); index !== -1; index = text.indexOf(':', index + 1)) count++;
  return count;
}

/** The members that a JSON text writes: its colons outside strings. */
function countWritten(text: string): number {
  const [quote, backslash, colon] = [34, 92, 58];
  let count = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) inString = !inString;
    else if (inString && code === backslash) index++;
    else if (!inString && code === colon) count++;
  }
  return count;
}

function countMembers(value: object): number {
  const values: unknown[] = Object.values(value);
  let count = Array.isArray(value) ? 0 : values.length;
  for (const each of values) if (typeof each === 'object' && each !== null) count += countMembers(each);
  return count;
}
