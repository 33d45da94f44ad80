import { asObject, member, parseObject } from '../../wire/json.js';
import type { Fault } from '../faults/fault.js';
import { faultReply } from '../faults/fault-reply.js';
import type { Reply } from '../http/reply.js';
import { MANIFESTS, type SandboxProvider } from '../sandbox-provider.js';
import { outcomeOf } from './outcome.js';

/** A fault that the console offers. */
interface FaultChoice {
  readonly id: string;
  readonly label: string;
  /** A sentence about what happens. */
  readonly meaning: string;
  readonly fault: Omit<Fault, 'provider'>;
}

const PAGE = '<!doctype html><title>Welcome</title>';
const GARBAGE = { status: 200, body: PAGE, headers: { 'content-type': 'text/html' } };
const WIRE: readonly (readonly [id: string, label: string, meaning: string, fault: FaultChoice['fault']])[] =
  [
    ['late', 'Late answer', 'The right answer comes after the delay.', {}],
    [
      'drop',
      'No answer: connection dropped',
      'The connection closes, and no answer comes.',
      { drop: 'before-reply' },
    ],
    ['cut', 'Half an answer: cut in the middle', 'Only half of the answer comes.', { drop: 'mid-reply' }],
    ['garbage', 'Garbage: a web page instead of JSON', 'A proxy answers in place of the API.', GARBAGE],
  ];

/** The faults for one API: trouble of any connection, and the API's documented errors. */
export function faultChoices(provider: SandboxProvider): readonly FaultChoice[] {
  const errors = Object.entries(MANIFESTS[provider].errors);
  return [
    ...WIRE.map(([id, label, meaning, fault]) => ({ id, label, meaning, fault })),
    ...errors.map(([id, reply]) => ({
      id,
      label: outcomeOf(provider, reply).text,
      meaning: MANIFESTS[provider].meanings?.[id] ?? said(reply),
      fault: { error: id },
    })),
  ];
}

/** The text of an error as a sentence. */
function said({ body }: Reply): string {
  const answer = parseObject(body) ?? {};
  const error = asObject(member(answer, 'error')) ?? answer;
  const text = ['message', 'detail', 'error'].map(name => member(error, name)).find(Boolean);
  return String(text)
    .replace(/^./, first => first.toUpperCase())
    .replace(/\.?$/, '.');
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
