import type { StoredRecord } from './stored-record.js';

/** Many clients say `null` for a key that is not there. */
export function textIn(answer: unknown): string | undefined {
  if (answer === undefined || answer === null) return undefined;
  return typeof answer === 'string' ? answer : unexpected();
}

export function truthIn(answer: unknown): boolean {
  return typeof answer === 'boolean' ? answer : unexpected();
}

export function countIn(answer: unknown): number {
  return Number.isSafeInteger(answer) && (answer as number) > 0 ? (answer as number) : unexpected();
}

export function waitIn(answer: unknown): number {
  return typeof answer === 'number' && answer >= 0 && answer < Infinity ? answer : unexpected();
}

export function entriesIn(answer: unknown): ReadonlyMap<string, string> {
  if (!(answer instanceof Map)) return unexpected();
  for (const [name, value] of answer as Map<unknown, unknown>)
    if (typeof name !== 'string' || typeof value !== 'string') return unexpected();
  return answer as Map<string, string>;
}

export function recordIn(answer: unknown): StoredRecord {
  if (typeof answer !== 'object' || answer === null) return unexpected();
  const { mark, entries } = answer as Partial<StoredRecord>;
  return { mark: textIn(mark), entries: entriesIn(entries) };
}

function unexpected(): never {
  throw Object.assign(new TypeError('no answer of a state store'), { code: 'WRONG_TYPE' });
}
