import { json, type Reply } from '../http/reply.js';
import { MANIFESTS, type SandboxProvider } from '../sandbox-provider.js';
import type { Fault } from './fault.js';

const CUT_OFF = '{"message":"The sandbox cuts this answer off."}';

/** The fault replaces or loses the API's own answer; other faults only delay or decorate it. */
export function replacesAnswer(fault: Fault): boolean {
  return fault.drop !== undefined || fault.status !== undefined || fault.body !== undefined;
}

/** The answer under this fault. `real` is the API's own, if it did its work. */
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

/** The first documented error with this status. Any 5xx is answered like a documented outage. */
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
