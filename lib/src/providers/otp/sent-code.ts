import { timingSafeEqual } from 'node:crypto';
import { attest, reject, type Rejection } from '../../contract/answer.js';
import { NOBODY } from '../../contract/subject.js';
import { member, stringMember, type JsonObject } from '../../wire/json.js';
import type { OtpAnswer, OtpCheck } from './otp.types.js';
import { claimOf, isSameRecipient } from './recipient.js';

/** A code that was sent, as it is kept on the server. */
export interface SentCode {
  /** The vendor's name of the message. */
  readonly messageId: string;
  /** A keyed hash of the application's own code; `undefined` where the vendor made the code. */
  readonly codeHash: string | undefined;
  /** `undefined` if the application keeps message ids itself and names no recipient. */
  readonly recipient: string | undefined;
  readonly purpose: string | undefined;
  readonly requester: string | undefined;
  readonly channel: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
  readonly validForMs: number;
}

/** Reads a sent code from a stored challenge; `undefined` if it is none. Further members are ignored. */
export function readSentCode(kept: JsonObject): SentCode | undefined {
  const messageId = stringMember(kept, 'messageId');
  const recipient = stringMember(kept, 'recipient');
  const expiresAt = member(kept, 'expiresAt');
  const validForMs = member(kept, 'validForMs');
  if (messageId === undefined || recipient === undefined) return undefined;
  if (typeof expiresAt !== 'number' || typeof validForMs !== 'number') return undefined;
  return {
    messageId,
    codeHash: stringMember(kept, 'codeHash'),
    recipient,
    purpose: stringMember(kept, 'purpose'),
    requester: stringMember(kept, 'requester'),
    channel: stringMember(kept, 'channel') ?? 'unknown',
    expiresAt,
    validForMs,
  };
}

/** A message that an application vouches for: it went to whom the check demands. */
export function vouchedFor(
  messageId: string,
  { purpose, recipient }: OtpCheck,
  validForMs: number,
): SentCode {
  return {
    messageId,
    codeHash: undefined,
    recipient,
    purpose,
    requester: undefined,
    channel: 'unknown',
    expiresAt: Date.now() + validForMs,
    validForMs,
  };
}

/** Returns why a code cannot meet a check, whoever types it; `undefined` if it can. */
export function unfitFor(
  check: OtpCheck,
  { purpose, recipient }: Pick<SentCode, 'purpose' | 'recipient'>,
): Rejection | undefined {
  if (check.purpose !== undefined && check.purpose !== purpose) return reject('unknown_evidence');
  if (check.recipient === NOBODY) return reject('unknown_evidence');
  if (recipient === undefined) return undefined;
  if (check.recipient !== undefined && !isSameRecipient(check.recipient, recipient))
    return reject('unknown_evidence');
  const missingClaims = check.claims.filter(claim => claim !== claimOf(recipient));
  return missingClaims.length > 0 ? reject('claim_missing', { missingClaims }) : undefined;
}

/** Holds a typed code against the application's own, both hashed. */
export function compared({ claims }: OtpCheck, expected: string, typed: string): OtpAnswer {
  const [one, other] = [Buffer.from(expected), Buffer.from(typed)];
  const isRight = one.length === other.length && timingSafeEqual(one, other);
  return isRight ? attest(claims, { recipient: undefined }) : reject('wrong_code');
}
