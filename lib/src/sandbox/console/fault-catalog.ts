import type { Fault } from '../faults/fault.js';
import { faultReply } from '../faults/fault-reply.js';
import { MANIFESTS, type SandboxProvider } from '../sandbox-provider.js';
import { outcomeOf } from './outcome.js';

/** A fault that the console offers. */
export interface FaultChoice {
  readonly id: string;
  readonly label: string;
  readonly fault: Omit<Fault, 'provider'>;
}

const PAGE = '<!doctype html><title>Welcome</title>';
const WIRE: readonly FaultChoice[] = [
  { id: 'late', label: 'Late answer', fault: {} },
  { id: 'drop', label: 'No answer: connection dropped', fault: { drop: 'before-reply' } },
  { id: 'cut', label: 'Half an answer: cut in the middle', fault: { drop: 'mid-reply' } },
  {
    id: 'garbage',
    label: 'Garbage: a web page instead of JSON',
    fault: { status: 200, body: PAGE, headers: { 'content-type': 'text/html' } },
  },
];

/** The faults for one API: trouble of any connection, and the API's documented errors. */
export function faultChoices(provider: SandboxProvider): readonly FaultChoice[] {
  const errors = Object.entries(MANIFESTS[provider].errors);
  return [
    ...WIRE,
    ...errors.map(([id, reply]) => ({ id, label: outcomeOf(provider, reply).text, fault: { error: id } })),
  ];
}

/** A fault in a few words, for a call of this path. */
export function describeFault(fault: Fault, path: readonly string[] = []): string {
  const { provider, delayMs = 0, drop, error, status, body, after } = fault;
  const parts = [];
  if ([error, status, body].some(each => each !== undefined)) {
    parts.push(outcomeOf(provider, faultReply(fault, path, undefined)).text);
  }
  if (drop !== undefined) parts.push(drop === 'before-reply' ? 'connection dropped' : 'cut in the middle');
  if (delayMs > 0) parts.push(`${String(delayMs)} ms late`);
  if (after === true) parts.push('after the work');
  return parts.join(', ') || 'headers only';
}
