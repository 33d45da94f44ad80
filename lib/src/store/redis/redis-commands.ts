/** The commands that the store sends to Redis. Each has one key, so that a cluster finds the node. */
export interface RedisCommands {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Runs a Lua script atomically. */
  run(script: string, key: string, ...values: readonly string[]): Promise<unknown>;
}
