import { json, type Reply } from '../http/reply.js';
import { MANIFESTS } from '../sandbox-provider.js';
import type { Fault } from './fault.js';

const CUT_OFF = '{"message":"The sandbox cuts this answer off."}';

/** The fault replaces or loses the API's own answer; other faults only delay or decorate it. */
export function replacesAnswer({ drop, error, status, body }: Fault): boolean {
  return [drop, error, status, body].some(each => each !== undefined);
}

/** The answer to a call of this path under this fault. `real` is the API's own, if it did its work. */
export function faultReply(fault: Fault, path: readonly string[], real: Reply | undefined): Reply {
  const named = fault.error === undefined ? undefined : errorsOf(fault, path).get(String(fault.error));
  const status = fault.status ?? named?.status ?? real?.status ?? 200;
  const base = named ?? (fault.status === undefined && real ? real : documented(fault, path, status));
  const body = fault.body ?? base.body;
  return {
    status,
    headers: { ...base.headers, ...lowerCased(fault.headers ?? {}) },
    body: fault.drop === 'mid-reply' && body.length < 2 ? CUT_OFF : body,
  };
}

/** The first documented error with this status. Any 5xx is answered like a documented outage. */
function documented(fault: Fault, path: readonly string[], status: number): Reply {
  const errors = [...errorsOf(fault, path).values()];
  return (
    errors.find(error => error.status === status) ??
    (status >= 500 ? errors.find(error => error.status >= 500) : undefined) ??
    json(status, {})
  );
}

function errorsOf({ provider }: Fault, path: readonly string[]): ReadonlyMap<string, Reply> {
  const manifest = MANIFESTS[provider];
  const own = manifest.errorsAt?.(path) ?? {};
  return new Map(Object.entries({ ...own, ...manifest.errors, ...own }));
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
