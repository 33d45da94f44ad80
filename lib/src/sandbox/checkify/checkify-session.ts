import { randomBytes, randomUUID } from 'node:crypto';
import { SandboxError } from '../sandbox.error.js';

/** The site that owns the sandbox's API key, and the business behind it. */
export const SITE_ID = 'site_sandbox';
export const BUSINESS_ID = 'business_sandbox';

/** `QR_RESULT_MAX_AGE_SECONDS`, documented default. */
export const RESULT_MAX_AGE_MS = 900_000;

/** The proof that the browser asked for: `human`, or `age_over_N` with N from 10 to 110. */
export type CheckifyRequestType = 'human' | `age_over_${number}`;

/** The claims and fields that the person approved in the app. */
export interface CheckifyApproval {
  /** Claims approved, or claims with their value; by default the one the session asked for. */
  readonly claims?: readonly string[] | Readonly<Record<string, boolean>>;
  readonly fields?: readonly string[];
}

/** One verification from its start to its consumption. */
export interface CheckifySession {
  readonly requestId: string;
  readonly pollToken: string;
  readonly statusToken: string;
  readonly requestType: CheckifyRequestType;
  /** The page that started it, to which a phone may return. */
  readonly page: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  siteId: string;
  completedAt: number | undefined;
  claims: ReadonlyMap<string, boolean>;
  fields: readonly string[];
  consumed: boolean;
  denied: boolean;
}

/** The state of a session. */
export type CheckifySessionState = 'pending' | 'approved' | 'denied' | 'expired' | 'used';

export function stateOf(session: CheckifySession, now: number): CheckifySessionState {
  if (session.completedAt === undefined) return 'pending';
  if (session.denied) return 'denied';
  if (session.consumed) return 'used';
  return now - session.completedAt >= RESULT_MAX_AGE_MS ? 'expired' : 'approved';
}

export function isRequestType(value: string): value is CheckifyRequestType {
  if (value === 'human') return true;
  const age = /^age_over_([1-9]\d{1,2})$/.exec(value)?.[1];
  return age !== undefined && Number(age) <= 110;
}

/** The age that a session asks for; 0 if it asks for a human. */
export function thresholdOf(type: CheckifyRequestType): number {
  return Number(/\d+$/.exec(type)?.[0] ?? 0);
}

/** Completes the session now with the approved claims and fields. */
export function approve(session: CheckifySession, now: number, approval: CheckifyApproval = {}): void {
  const claims = approval.claims ?? [claimOf(session.requestType)];
  const values = isList(claims) ? claims.map(claim => [claim, true] as const) : Object.entries(claims);
  session.claims = new Map(values);
  session.fields = [...(approval.fields ?? [])];
  session.completedAt = now;
  session.denied = false;
}

/** Completes the session as a person of this age would. The claim may be false. */
export function approveAt(session: CheckifySession, now: number, age: number): void {
  const isOldEnough = age >= thresholdOf(session.requestType);
  approve(session, now, { claims: { [claimOf(session.requestType)]: isOldEnough } });
}

/** Completes the session as a person who refuses would. No claim is true. */
export function deny(session: CheckifySession, now: number): void {
  approve(session, now, { claims: { [claimOf(session.requestType)]: false } });
  session.denied = true;
}

// "The browser request type must match the claim you verify": an age proves exactly the threshold that was asked.
function claimOf(type: CheckifyRequestType): string {
  return type === 'human' ? 'human_verified' : type;
}

export function newSession(
  requestType: string,
  startedAt: number,
  page: string | undefined,
): CheckifySession {
  if (!isRequestType(requestType)) {
    throw new SandboxError('invalid', 'The request type must be human or age_over_N with N from 10 to 110.');
  }
  return {
    requestId: randomUUID(),
    pollToken: `poll_${randomBytes(24).toString('hex')}`,
    statusToken: `status_${randomBytes(24).toString('hex')}`,
    requestType,
    page,
    startedAt,
    siteId: SITE_ID,
    completedAt: undefined,
    claims: new Map(),
    fields: [],
    consumed: false,
    denied: false,
  };
}

function isList(claims: NonNullable<CheckifyApproval['claims']>): claims is readonly string[] {
  return Array.isArray(claims);
}
