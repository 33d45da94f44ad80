// The export `nestjs-verification/redis`.
export { RedisStateStore, type RedisStateStoreOptions } from './redis-state.store.js';
export type { RedisClient } from './redis.client.js';
export type { IoRedisClient } from './ioredis.client.js';
export type { NodeRedisClient } from './node-redis.client.js';
