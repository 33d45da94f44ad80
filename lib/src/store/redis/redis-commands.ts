/** What the store asks of Redis, with one key each: a cluster finds the node. Replies are as they come. */
export interface RedisCommands {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Runs a Lua script atomically. */
  run(script: string, key: string, argument: string): Promise<unknown>;
}
