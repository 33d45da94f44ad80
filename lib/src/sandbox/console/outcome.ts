import { parseObject } from '../../wire/json.js';
import type { Reply } from '../http/reply.js';
import { MANIFESTS, type SandboxProvider } from '../sandbox-provider.js';

/** An answer in the API's own words. */
export interface Outcome {
  readonly text: string;
  readonly tone: 'yes' | 'no' | 'trouble';
}

/** Reads an answer of one API. Without one, the connection was closed. */
export function outcomeOf(provider: SandboxProvider, reply: Reply | undefined): Outcome {
  if (!reply) return { text: 'no answer', tone: 'trouble' };
  const body = parseObject(reply.body);
  const [words, isYes] = (body ? MANIFESTS[provider].outcome(body) : ['unreadable', false]) ?? ['', false];
  const text = `${String(reply.status)} ${words}`.trim().slice(0, 60);
  if (reply.status >= 500 || reply.status === 429 || !body) return { text, tone: 'trouble' };
  return { text, tone: isYes && reply.status === 200 ? 'yes' : 'no' };
}
