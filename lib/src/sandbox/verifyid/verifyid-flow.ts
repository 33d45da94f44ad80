import { randomBytes } from 'node:crypto';

/** One login that was started and not yet finished. */
export interface VerifyIdFlow {
  readonly id: string;
  readonly deviceId: string;
  readonly returnUrl: string;
  readonly method: VerifyIdMethod;
  readonly minimumAge: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The electronic identity that a person logs in with. */
export type VerifyIdMethod = 'mitid' | 'bankid';

export const METHOD_NAMES: Readonly<Record<VerifyIdMethod, string>> = { mitid: 'MitID', bankid: 'BankID' };

/** A finished login: the token stands for it until it is checked. */
export interface VerifyIdToken {
  readonly deviceId: string;
  readonly attestedAge: 18 | 16 | null;
  expiresAt: number;
}

/** The only age limits VerifyID knows. */
export const AGE_LIMITS: ReadonlySet<string> = new Set(['16', '18']);

/** An id without characters that would need escaping in a path. */
export function newId(): string {
  return randomBytes(24).toString('hex');
}

/** `auth_check` states the verified minimum age, never the age: nothing above the age that the login asked for. */
export function attest(age: number | null, minimumAge: number): 18 | 16 | null {
  if (age === null || !(age >= 16)) return null;
  return age >= 18 && minimumAge >= 18 ? 18 : 16;
}

/** The return URL is complete, scheme included. */
export function isReturnUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/** The URL to which the person is sent back. It has a token after success and after failure. */
export function redirectUrl(flow: VerifyIdFlow, token: string): string {
  const url = new URL(flow.returnUrl);
  url.searchParams.set('token_age_verified', token);
  return url.href;
}
