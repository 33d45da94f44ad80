import { checkifyError, ERROR_CODES as CHECKIFY_CODES } from '../checkify/checkify-error.js';
import { engagelabError, ERROR_CODES as ENGAGELAB_CODES } from '../engagelab/engagelab-message.js';
import type { Fault } from '../faults/fault.js';
import { faultReply } from '../faults/fault-reply.js';
import type { Reply } from '../http/reply.js';
import { json } from '../http/reply.js';
import type { SandboxProvider } from '../sandbox-provider.js';
import { outcomeOf } from './outcome.js';

/** One thing the console offers to let go wrong. */
export interface FaultChoice {
  readonly id: string;
  readonly label: string;
  readonly fault: Omit<Fault, 'provider'>;
}

const WIRE: readonly FaultChoice[] = [
  { id: 'late', label: 'Late answer', fault: {} },
  { id: 'drop', label: 'No answer: connection dropped', fault: { drop: 'before-reply' } },
  { id: 'cut', label: 'Half an answer: cut in the middle', fault: { drop: 'mid-reply' } },
  {
    id: 'garbage',
    label: 'Garbage: a web page instead of JSON',
    fault: {
      status: 200,
      body: '<!doctype html><title>Welcome</title>',
      headers: { 'content-type': 'text/html' },
    },
  },
];

// Statuses of HumanProof's siteverify page; the error texts are free and for logs only.
const HUMANPROOF: readonly (readonly [number, string])[] = [
  [200, 'Token not found'],
  [401, 'Secret is invalid or revoked'],
  [402, 'Billing blocks verification'],
  [403, 'Project is suspended'],
  [422, 'Project engine is not configured'],
  [429, 'Rate limit exceeded'],
  [503, 'Temporarily unavailable'],
];

const DOCUMENTED: Readonly<Record<SandboxProvider, readonly FaultChoice[]>> = {
  checkify: [
    ...CHECKIFY_CODES.map(code => answer('checkify', code, checkifyError(code))),
    { id: 'server_error', label: '500 server_error', fault: { status: 500 } },
  ],
  engagelab: [
    ...ENGAGELAB_CODES.map(code => answer('engagelab', String(code), engagelabError(code))),
    { id: '1000', label: '500 1000 internal error', fault: { status: 500 } },
  ],
  humanproof: HUMANPROOF.map(([status, error]) =>
    answer('humanproof', String(status), json(status, { success: false, error })),
  ),
  verifyid: [
    answer('verifyid', '404', json(404, { age: null })),
    { id: '503', label: '503 (not documented)', fault: { status: 503 } },
  ],
};

/** What the console offers for one API: its documented errors, and what can happen to any connection. */
export function faultChoices(provider: SandboxProvider): readonly FaultChoice[] {
  return [...WIRE, ...DOCUMENTED[provider]];
}

/** A fault in a few words. */
export function describeFault(fault: Fault): string {
  const { provider, delayMs = 0, drop, status, body, after } = fault;
  const parts = [];
  if (status !== undefined || body !== undefined) {
    parts.push(outcomeOf(provider, faultReply(fault, undefined)).text);
  }
  if (drop !== undefined) parts.push(drop === 'before-reply' ? 'connection dropped' : 'cut in the middle');
  if (delayMs > 0) parts.push(`${String(delayMs)} ms late`);
  if (after === true) parts.push('after the work');
  return parts.join(', ') || 'headers only';
}

function answer(provider: SandboxProvider, id: string, reply: Reply): FaultChoice {
  const { status, body, headers } = reply;
  return { id, label: outcomeOf(provider, reply).text, fault: { status, body, headers } };
}
