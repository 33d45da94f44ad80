import { buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { settingsOf } from './http.options.js';
import { droppingContinue } from './interim.js';
import { RestingPool } from './resting-pool.js';

/** Connections older than this are left, so that a changed DNS record is followed; in milliseconds. */
const LONGEST_AGE_MS = 120_000;
/** An idle connection is not used after this, in milliseconds: the other side may have left it. */
const LONGEST_IDLE_MS = 4_000;
/** A connection rests for so long between an answer and the next request, in milliseconds. */
const REST_MS = 50;

interface Connections {
  /** The connections for a request; see `WireRequest.echoed`. */
  for(request: { readonly echoed?: boolean }): Dispatcher;
  /** Closes the connections that are ours to close; requests under way finish first. */
  close(): Promise<void>;
}

/**
 * The user's dispatcher, else the proxy that the environment names, else keep-alive pools. undici's own timeouts
 * are idle timeouts, which a dripping body escapes, so they are off and the exchange's timer rules.
 */
export function connectionsTo(
  origin: string,
  settings: ReturnType<typeof settingsOf>,
  now: () => number = Date.now,
  restMs: number = REST_MS,
): Connections {
  const { dispatcher } = settings;
  if (dispatcher !== undefined) return { for: () => dispatcher, close: () => Promise.resolve() };
  const prompt = renewed(() => opened(origin, settings, (to, options) => new Pool(to, options)), now);
  const rested = renewed(
    () => opened(origin, settings, (to, options) => new RestingPool(to, options, restMs, now)),
    now,
  );
  return {
    for: ({ echoed }) => (echoed === true ? prompt : rested).dispatcher,
    close: async () => {
      await Promise.all([prompt.close(), rested.close()]);
    },
  };
}

function opened(
  origin: string,
  settings: ReturnType<typeof settingsOf>,
  pool: (to: string | URL, options: Pool.Options) => Dispatcher,
): Dispatcher {
  const options = {
    connections: settings.maxConcurrent,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: LONGEST_IDLE_MS,
    keepAliveMaxTimeout: LONGEST_IDLE_MS,
  };
  const connect = buildConnector({ timeout: settings.timeoutMs });
  // undici would send https through HTTP_PROXY too.
  const { environmentProxy } = settings;
  if (environmentProxy === false || (environmentProxy === 'http' && origin.startsWith('https:')))
    return pool(origin, { ...options, connect: droppingContinue(connect) });
  const factory = (to: string | URL, { connect: tunnel, ...given }: Pool.Options): Dispatcher =>
    pool(to, {
      ...given,
      ...(typeof tunnel === 'function' ? { connect: droppingContinue(tunnel) } : undefined),
    });
  return new EnvHttpProxyAgent({ ...options, connect, factory });
}

/**
 * Leaves all connections once they are too old, or nobody used them for too long. The clock on the wall tells: the timers
 * of a frozen process or a sleeping laptop stand still.
 */
function renewed(
  open: () => Dispatcher,
  now: () => number,
): { readonly dispatcher: Dispatcher; close(): Promise<void> } {
  let current = open();
  let openedAt = now();
  let usedAt = openedAt;
  const closing = new Set<Promise<void>>();
  const leave = (dispatcher: Dispatcher): void => {
    const closed: Promise<void> = dispatcher.close().finally(() => closing.delete(closed));
    closing.add(closed);
  };
  return {
    get dispatcher() {
      const at = now();
      if (Math.abs(at - openedAt) > LONGEST_AGE_MS || Math.abs(at - usedAt) > LONGEST_IDLE_MS) {
        leave(current);
        current = open();
        openedAt = at;
      }
      usedAt = at;
      return current;
    },
    close: async () => {
      leave(current);
      await Promise.all(closing);
    },
  };
}
