import { asObject, member, parseObject, type JsonObject } from '../../wire/json.js';
import type { Reply } from '../http/reply.js';
import type { SandboxProvider } from '../sandbox-provider.js';

/** What an answer amounts to, in the API's own words. */
export interface Outcome {
  readonly text: string;
  readonly tone: 'yes' | 'no' | 'trouble';
}

type Word = readonly [text: string, isYes: boolean];

const READERS: Readonly<Record<SandboxProvider, (body: JsonObject) => Word | undefined>> = {
  checkify: body => {
    const error = asObject(member(body, 'error'));
    if (error) return [String(member(error, 'code')), false];
    const status = member(body, 'status');
    if (typeof status === 'string') return [status, status === 'completed'];
    return member(body, 'request_id') === undefined ? undefined : ['started', true];
  },
  engagelab: body => {
    const code = member(body, 'code');
    if (typeof code === 'number') return [String(code), false];
    const channel = member(body, 'send_channel');
    if (typeof channel === 'string') return [`sent by ${channel}`, true];
    return member(body, 'verified') === true ? ['verified', true] : ['wrong code', false];
  },
  humanproof: body => {
    if (member(body, 'success') === true) return ['success', true];
    const error = member(body, 'error');
    return [typeof error === 'string' ? error : 'no success', false];
  },
  verifyid: body => {
    const age = member(body, 'age');
    if (age !== undefined) return [`age ${JSON.stringify(age)}`, age !== null];
    const url = member(body, 'url');
    return url === undefined ? undefined : [url === null ? 'no url' : 'login started', url !== null];
  },
};

/** Reads an answer of one API; `undefined` stands for a connection that was closed without one. */
export function outcomeOf(provider: SandboxProvider, reply: Reply | undefined): Outcome {
  if (!reply) return { text: 'no answer', tone: 'trouble' };
  const body = parseObject(reply.body);
  const [word, isYes] = (body ? READERS[provider](body) : ['unreadable', false]) ?? ['', false];
  const text = `${String(reply.status)} ${word}`.trim().slice(0, 60);
  if (reply.status >= 500 || reply.status === 429 || !body) return { text, tone: 'trouble' };
  return { text, tone: isYes && reply.status === 200 ? 'yes' : 'no' };
}
