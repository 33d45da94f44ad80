import type { ConsoleList } from '../manifest.js';
import type { RunningSandbox } from '../running-sandbox.js';
import { MANIFESTS, SANDBOX_PROVIDERS, type SandboxProvider } from '../sandbox-provider.js';
import type { Lists } from './event-stream.js';
import { describeFault } from './fault-catalog.js';

const CALLS = 200;

/** A list of the console, with the API that it belongs to. */
export interface NamedList extends ConsoleList {
  readonly name: string;
  readonly api: SandboxProvider;
}

/** The lists of all APIs. */
export function listsOf({ emulators, now }: RunningSandbox): readonly NamedList[] {
  return SANDBOX_PROVIDERS.flatMap(api => {
    const lists = Object.entries(MANIFESTS[api].lists?.(emulators[api], now()) ?? {});
    return lists.map(([name, list]) => ({ ...list, name, api }));
  });
}

/** The lists that the console shows, newest first. No secret of the application is in them in full. */
export function consoleState(sandbox: RunningSandbox): Lists {
  const { log, faults } = sandbox;
  return {
    calls: log.entries
      .slice(-CALLS)
      .reverse()
      .map(({ request: _request, response: _response, ...row }) => row),
    ...rowsOf(listsOf(sandbox)),
    faults: faults.waiting().map(({ id, fault, left }) => ({
      id,
      provider: fault.provider,
      text: describeFault(fault),
      left: Number.isFinite(left) ? left : null,
    })),
  };
}

/** The lists that the inbox shows: the phone's side, where codes are there to be read. */
export function inboxState(sandbox: RunningSandbox): Lists {
  return rowsOf(listsOf(sandbox).filter(({ isInbox }) => isInbox));
}

function rowsOf(lists: readonly NamedList[]) {
  return Object.fromEntries(lists.map(({ name, rows }) => [name, rows]));
}
