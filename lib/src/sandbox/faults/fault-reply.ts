import type { Fault } from './fault.js';
import { json, type Reply } from '../http/reply.js';
import { MANIFESTS, type SandboxProvider } from '../sandbox-provider.js';

const CUT_OFF = '{"message":"The sandbox cuts this answer off."}';

/** Whether the fault replaces or loses the API's own answer, rather than only delaying or decorating it. */
export function replacesAnswer(fault: Fault): boolean {
  return fault.drop !== undefined || fault.status !== undefined || fault.body !== undefined;
}

/** The answer under this fault: `real` where the API did its work, else one made of the fault alone. */
export function faultReply(fault: Fault, real: Reply | undefined): Reply {
  const status = fault.status ?? real?.status ?? 200;
  const base = fault.status === undefined && real ? real : documented(fault.provider, status);
  const body = fault.body ?? base.body;
  return {
    status,
    headers: { ...base.headers, ...lowerCased(fault.headers ?? {}) },
    body: fault.drop === 'mid-reply' && body.length < 2 ? CUT_OFF : body,
  };
}

/** The first documented error with this status; for any other 5xx the first one that is an outage. */
function documented(provider: SandboxProvider, status: number): Reply {
  const errors = Object.values(MANIFESTS[provider].errors);
  const found =
    errors.find(error => error.status === status) ??
    (status >= 500 ? errors.find(error => error.status >= 500) : undefined);
  return found ? { ...found, status } : json(status, {});
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
