import { parseObject } from '../wire/json.js';
import { parseFault } from './faults/fault.js';
import type { ApiRequest } from './http/api-request.js';
import { text, type Reply } from './http/reply.js';
import { below, routeOf, type Routes } from './http/route.js';
import type { RunningSandbox } from './running-sandbox.js';
import { MANIFESTS, providerNamed } from './sandbox-provider.js';
import { SandboxError } from './sandbox.error.js';

/** Answers a request below `/control/`, the handles for curl. Each answer is a bare line of text. */
export function control(request: ApiRequest, sandbox: RunningSandbox): Reply {
  try {
    const name = providerNamed(request.segments[0] ?? '');
    const handle = name
      ? routeOf(below(request), MANIFESTS[name].controls(sandbox.emulators[name]))
      : routeOf(request, faultControls(sandbox));
    return handle ? text(200, handle()) : text(404, 'The sandbox has no such control.');
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return text(error.code === 'not_found' ? 404 : 400, error.message);
  }
}

function faultControls({ faults }: RunningSandbox): Routes<string> {
  return {
    'POST /faults': (_, { body }) => {
      faults.inject(parseFault(parseObject(body)));
      return 'injected';
    },
    'DELETE /faults': () => {
      faults.clear();
      return 'cleared';
    },
  };
}
