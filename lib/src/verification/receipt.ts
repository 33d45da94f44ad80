import { types } from 'node:util';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { asObject, member, stringMember, type JsonObject } from '../wire/json.js';

/** An acceptance that is remembered. It does not name the subject: only its key in the store knows it. */
export interface Receipt {
  /** The members of the verdict that hold for later ones, and the reference of those; older receipts have none. */
  readonly verdict: Pick<AcceptedVerdict, 'provider' | 'claims'> & { readonly reference?: string };
  /** In milliseconds since 1970; the store's own expiry may come earlier, never later. */
  readonly expiresAt: number;
  /** The mark of the last `forget()` of the subject before it; `undefined` if there was none. */
  readonly epoch?: string | undefined;
}

/** A receipt as it is stored: JSON with dates; members that are neither are left out. */
export function receiptText({ verdict, expiresAt, epoch }: Receipt): string {
  return JSON.stringify({ verdict, expiresAt, epoch }, asJson);
}

/** The receipt that a stored value is, or `undefined` when it is none. */
export function readReceipt(text: string): Receipt | undefined {
  const record = asObject(parsed(text));
  const verdict = record && asObject(member(record, 'verdict'));
  if (record === undefined || verdict === undefined || !isVerdict(verdict)) return undefined;
  const expiresAt = member(record, 'expiresAt');
  if (!Number.isSafeInteger(expiresAt)) return undefined;
  const read = verdict as unknown as Receipt['verdict'];
  return { verdict: read, expiresAt: expiresAt as number, epoch: stringMember(record, 'epoch') };
}

function isVerdict(kept: JsonObject): boolean {
  const [claims, reference] = [member(kept, 'claims'), member(kept, 'reference')];
  return (
    stringMember(kept, 'provider') !== undefined &&
    (reference === undefined || typeof reference === 'string') &&
    Array.isArray(claims) &&
    claims.length > 0 &&
    claims.every(claim => typeof claim === 'string')
  );
}

/** Writes a date as `@` and its milliseconds, and one more `@` before a text that begins with one. */
function asJson(this: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = this[name]; // before any toJSON()
  if (types.isDate(value)) return `@${String(value.getTime())}`;
  if (typeof value === 'string') return value.startsWith('@') ? `@${value}` : value;
  if (typeof value === 'bigint') return undefined;
  const prototype: unknown = typeof value === 'object' && value !== null && Object.getPrototypeOf(value);
  const isJson =
    prototype === false || prototype === null || prototype === Object.prototype || Array.isArray(value);
  return isJson ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    if (!text.includes('"@')) return JSON.parse(text); // no date, which takes a multiple of the time to look for
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value !== 'string' || !value.startsWith('@')) return value;
      return value.startsWith('@@') ? value.slice(1) : new Date(Number(value.slice(1)));
    });
  } catch {
    return undefined;
  }
}
