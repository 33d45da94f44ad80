import type { Fault } from './fault.js';
import { json, type Reply } from '../http/reply.js';
import type { SandboxProvider } from '../sandbox-provider.js';

const CUT_OFF = '{"message":"The sandbox cuts this answer off."}';

/** Whether the fault replaces or loses the API's own answer, rather than only delaying or decorating it. */
export function replacesAnswer(fault: Fault): boolean {
  return fault.drop !== undefined || fault.status !== undefined || fault.body !== undefined;
}

/** The answer under this fault: `real` where the API did its work, else one made of the fault alone. */
export function faultReply(fault: Fault, real: Reply | undefined): Reply {
  const status = fault.status ?? real?.status ?? 200;
  const base = fault.status === undefined && real ? real : outage(fault.provider, status);
  const body = fault.body ?? base.body;
  return {
    status,
    headers: { ...base.headers, ...lowerCased(fault.headers ?? {}) },
    body: fault.drop === 'mid-reply' && body.length < 2 ? CUT_OFF : body,
  };
}

// What the documents say an API answers under a status that only a fault produces.
function outage(provider: SandboxProvider, status: number): Reply {
  if (provider === 'checkify') {
    const code = status === 429 ? 'rate_limited' : 'server_error';
    const message = 'Checkify could not complete verification.';
    return json(status, { success: false, error: { code, message, details: {} } });
  }
  if (provider === 'engagelab') return json(status, { code: 1000, message: 'internal error' });
  if (provider === 'humanproof') return json(status, { success: false, error: 'Temporarily unavailable' });
  return json(status, {});
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
