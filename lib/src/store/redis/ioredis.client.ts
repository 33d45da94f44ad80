import type { RedisCommands } from './redis-commands.js';

/** The part of ioredis' `Redis` and `Cluster` that the store uses. */
export interface IoRedisClient {
  defineCommand(name: string, definition: { lua: string }): unknown;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ttlMs: number): Promise<unknown>;
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- ioredis declares these two, not one with an option
  set(key: string, value: string, px: 'PX', ttlMs: number, nx: 'NX'): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, numberOfKeys: number, key: string, ...values: string[]): Promise<unknown>;
}

/** Speaks to Redis as ioredis does. */
export function ioRedisCommands(client: IoRedisClient): RedisCommands {
  return {
    get: key => client.get(key),
    set: (key, value, ttlMs) => client.set(key, value, 'PX', ttlMs),
    setIfAbsent: (key, value, ttlMs) => client.set(key, value, 'PX', ttlMs, 'NX'),
    delete: key => client.del(key),
    run: (script, key, ...values) => client.eval(script, 1, key, ...values),
  };
}
