import type { RedisCommands } from './redis-commands.js';

/** The part of the clients, pools and clusters of `redis` (node-redis) that the store uses. */
export interface NodeRedisClient {
  readonly sendCommand: (...args: never[]) => unknown;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { PX: number; NX?: true }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** Speaks to Redis as node-redis does, in words that its majors 4, 5 and 6 share. */
export function nodeRedisCommands(client: NodeRedisClient): RedisCommands {
  return {
    get: key => client.get(key),
    set: (key, value, ttlMs) => client.set(key, value, { PX: ttlMs }),
    setIfAbsent: (key, value, ttlMs) => client.set(key, value, { PX: ttlMs, NX: true }),
    delete: key => client.del(key),
    run: (script, key, ...values) => client.eval(script, { keys: [key], arguments: [...values] }),
  };
}
