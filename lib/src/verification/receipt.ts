import { member, parseObject, stringMember, stringsMember } from '../wire/json.js';

/** An acceptance that is remembered. It names nobody: only its key in the store knows the subject. */
export interface Receipt {
  readonly provider: string;
  /** The claims that the provider attested. */
  readonly claims: readonly string[];
  /** In milliseconds since 1970; the store's own expiry may come earlier, never later. */
  readonly expiresAt: number;
  /** Which forgetting of the subject it came after; `undefined` when there was none. */
  readonly epoch?: string | undefined;
}

/** A receipt as it is stored. */
export function receiptText({ provider, claims, expiresAt, epoch }: Receipt): string {
  return JSON.stringify({ provider, claims, expiresAt, epoch });
}

/** The receipt that a stored value is, or `undefined` when it is none. */
export function readReceipt(text: string): Receipt | undefined {
  const record = parseObject(text);
  if (record === undefined) return undefined;
  const provider = stringMember(record, 'provider');
  const claims = stringsMember(record, 'claims');
  const expiresAt = member(record, 'expiresAt');
  const epoch = stringMember(record, 'epoch');
  if (provider === undefined || claims === undefined || !Number.isSafeInteger(expiresAt)) return undefined;
  return { provider, claims, expiresAt: expiresAt as number, epoch };
}
