import { member, parseObject } from '../../wire/json.js';
import { parseFault, type Fault } from '../faults/fault.js';
import type { ApiRequest } from '../http/api-request.js';
import { json, notFound, type Reply } from '../http/reply.js';
import { below, routeOf, type Routes } from '../http/route.js';
import type { RunningSandbox } from '../running-sandbox.js';
import { MANIFESTS, providerNamed, type SandboxProvider } from '../sandbox-provider.js';
import { SandboxError } from '../sandbox.error.js';
import { faultChoices } from './fault-catalog.js';

/** Answers a `POST /console/…`: a button of the console was pressed. */
export function act(request: ApiRequest, sandbox: RunningSandbox): Reply {
  try {
    const [, folder = ''] = request.segments;
    const handle = routeOf(below(below(request)), actionsOf(folder, sandbox));
    return handle ? json(200, handle()) : notFound();
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return json(error.code === 'not_found' ? 404 : 400, { message: error.message });
  }
}

function actionsOf(folder: string, { emulators, faults }: RunningSandbox): Routes<object> {
  const name = providerNamed(folder);
  if (name) return MANIFESTS[name].actions?.(emulators[name]) ?? {};
  if (folder !== 'faults') return {};
  return {
    'POST /*/inject': (provider, { body }) => {
      faults.inject(faultIn(body, knownProvider(provider)));
      return {};
    },
    'POST /*/clear': provider => {
      faults.clear(knownProvider(provider));
      return {};
    },
  };
}

function knownProvider(name: string): SandboxProvider {
  const provider = providerNamed(name);
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
