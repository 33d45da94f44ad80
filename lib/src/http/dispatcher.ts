import { Client, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { settingsOf } from './http.options.js';

/**
 * The user's dispatcher, else the proxy that the environment names, else a keep-alive pool. undici's own timeouts
 * are idle timeouts, which a dripping body escapes, so they are off and the exchange's timer rules.
 */
export function connectionsTo(
  origin: string,
  settings: ReturnType<typeof settingsOf>,
): {
  readonly dispatcher: Dispatcher;
  /** Closes the connections that are ours to close; requests under way finish first. */
  close(): Promise<void>;
} {
  const { dispatcher } = settings;
  if (dispatcher !== undefined) return { dispatcher, close: () => Promise.resolve() };
  const options = {
    connections: settings.maxConcurrent,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: settings.timeoutMs },
  };
  if (!settings.environmentProxy) return poolTo(origin, options);
  const agent = new EnvHttpProxyAgent(options);
  return { dispatcher: agent, close: () => agent.close() };
}

function poolTo(origin: string, options: Pool.Options): ReturnType<typeof connectionsTo> {
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
