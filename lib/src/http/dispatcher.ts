import { buildConnector, Client, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { settingsOf } from './http.options.js';
import { droppingContinue } from './interim.js';

/** Connections older than this are left, so that a changed DNS record is followed; in milliseconds. */
const LONGEST_AGE_MS = 120_000;
/** An idle connection is not used after this, in milliseconds: the other side may have left it. */
const LONGEST_IDLE_MS = 4_000;

interface Connections {
  readonly dispatcher: Dispatcher;
  /** Closes the connections that are ours to close; requests under way finish first. */
  close(): Promise<void>;
}

/**
 * The user's dispatcher, else the proxy that the environment names, else a keep-alive pool. undici's own timeouts
 * are idle timeouts, which a dripping body escapes, so they are off and the exchange's timer rules.
 */
export function connectionsTo(
  origin: string,
  settings: ReturnType<typeof settingsOf>,
  now: () => number = Date.now,
): Connections {
  const { dispatcher } = settings;
  if (dispatcher !== undefined) return { dispatcher, close: () => Promise.resolve() };
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
    return renewed(() => poolTo(origin, { ...options, connect: droppingContinue(connect) }), now);
  return renewed(() => {
    const agent = new EnvHttpProxyAgent({
      ...options,
      connect,
      factory: (to, { connect: tunnel, ...given }: Pool.Options) =>
        new Pool(to, {
          ...given,
          ...(typeof tunnel === 'function' ? { connect: droppingContinue(tunnel) } : undefined),
        }),
    });
    return { dispatcher: agent, close: () => agent.close() };
  }, now);
}

/**
 * Leaves all connections once they are too old, or nobody used them for too long. The clock on the wall tells: the timers
 * of a frozen process or a sleeping laptop stand still.
 */
function renewed(open: () => Connections, now: () => number): Connections {
  let current = open();
  let openedAt = now();
  let usedAt = openedAt;
  const closing = new Set<Promise<void>>();
  const leave = (connections: Connections): void => {
    const closed: Promise<void> = connections.close().finally(() => closing.delete(closed));
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
      return current.dispatcher;
    },
    close: async () => {
      leave(current);
      await Promise.all(closing);
    },
  };
}

function poolTo(origin: string, options: Pool.Options): Connections {
  const pool = new Pool(origin, options);
  // The pool forgets a client that could not connect, but may still hand it what was queued; it then connects again
  // and outlives the pool. (To close it at once would strand what it was handed.)
  const strays = new Set<Client>();
  pool.on('connectionError', (_origin, targets) => {
    for (const stray of strays) if (!stray.stats.connected && stray.stats.size === 0) strays.delete(stray);
    for (const target of targets) if (target instanceof Client) strays.add(target);
  });
  return {
    dispatcher: pool,
    close: async () => {
      await pool.close();
      await Promise.all([...strays].map(client => client.destroy()));
    },
  };
}
