import type { ApiRequest } from '../http/api-request.js';
import type { Controlled } from '../control.js';
import { parseFault, type Fault } from '../faults/fault.js';
import { member, parseObject } from '../../wire/json.js';
import { json, notFound, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { SandboxError } from '../sandbox.error.js';
import { SANDBOX_PROVIDERS, type SandboxProvider } from '../sandbox-provider.js';
import { faultChoices } from './fault-catalog.js';

/** Does one thing to what the path's `*` names, and may have something to tell. */
type Action = (sandbox: Controlled, name: string, request: ApiRequest) => object | undefined;

const ACTIONS: Readonly<Record<`/${string}`, Action>> = {
  '/console/checkify/*/approve': ({ checkify }, requestId) => {
    checkify.approve(requestId);
    return undefined;
  },
  '/console/checkify/*/deny': ({ checkify }, requestId) => {
    checkify.deny(requestId);
    return undefined;
  },
  '/console/checkify/*/expire': ({ checkify }, requestId) => {
    checkify.expire(requestId);
    return undefined;
  },
  '/console/engagelab/*/expire': ({ engagelab }, messageId) => {
    engagelab.expire(messageId);
    return undefined;
  },
  '/console/verifyid/*/login': ({ verifyid }, flowId, { query }) => {
    const age = query.get('age') ?? '';
    if (!/^(none|\d{1,3})$/.test(age)) throw new SandboxError('invalid', 'age must be a number, or none.');
    return { location: verifyid.loginRedirect(`/verify/${flowId}`, age === 'none' ? null : Number(age)) };
  },
  '/console/faults/*/inject': ({ faults }, provider, { body }) => {
    faults.inject(faultIn(body, providerOf(provider)));
    return undefined;
  },
  '/console/faults/*/clear': ({ faults }, provider) => {
    faults.clear(providerOf(provider));
    return undefined;
  },
};

/** Does what a button of the console says. */
export function act(request: ApiRequest, sandbox: Controlled): Reply {
  try {
    for (const [path, action] of Object.entries(ACTIONS)) {
      const name = match(request, `POST ${path as `/${string}`}`)?.[0];
      if (name !== undefined) return json(200, action(sandbox, name, request) ?? {});
    }
    return notFound();
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return json(error.code === 'not_found' ? 404 : 400, { message: error.message });
  }
}

function providerOf(name: string): SandboxProvider {
  const provider = SANDBOX_PROVIDERS.find(known => known === name);
  if (provider === undefined) throw new SandboxError('not_found', 'No such API.');
  return provider;
}

/** `{ choice, delayMs, times, after }`; JSON has no Infinity, so `times: null` stands for "until cleared". */
function faultIn(body: string, provider: SandboxProvider): Fault {
  const form = parseObject(body) ?? {};
  const choice = faultChoices(provider).find(({ id }) => id === member(form, 'choice'));
  if (!choice) throw new SandboxError('invalid', 'The console offers no such fault.');
  const times = member(form, 'times');
  return parseFault({
    ...choice.fault,
    provider,
    delayMs: member(form, 'delayMs') ?? 0,
    times: times === null ? Infinity : (times ?? 1),
    after: member(form, 'after') ?? false,
  });
}
