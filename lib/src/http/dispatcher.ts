import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { HttpSettings } from './http.options.js';

/** The connections to one origin, and whether they are ours to close. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  readonly ours: boolean;
}

/**
 * The user's dispatcher, else the proxy that the environment names, else a keep-alive pool. undici's own timeouts
 * are idle timeouts, which a dripping body escapes, so they are off and the exchange's timer rules.
 */
export function connectionsTo(origin: string, settings: HttpSettings): Connections {
  if (settings.dispatcher !== undefined) return { dispatcher: settings.dispatcher, ours: false };
  const options = {
    connections: settings.maxConcurrent,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: settings.timeoutMs },
  };
  return {
    dispatcher: settings.environmentProxy ? new EnvHttpProxyAgent(options) : new Pool(origin, options),
    ours: true,
  };
}
