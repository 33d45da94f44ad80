/** A JSON object whose members are untrusted until read with one of the functions here. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The JSON object that `text` is, or `undefined` for anything else, `null` and arrays included. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return asObject(value);
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

/**
 * Whether `text`, which parses to `value`, names a member twice in one object. `JSON.parse` keeps the last of them,
 * others the first: what such a text says depends on who reads it.
 */
export function repeatsMembers(text: string, value: unknown): boolean {
  const outsideStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return outsideStrings.split(':').length - 1 !== countMembers(value);
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce((count: number, member) => count + countMembers(member), own);
}
