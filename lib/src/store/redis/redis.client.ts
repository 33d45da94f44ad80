import { errorMonitor, type EventEmitter } from 'node:events';
import { ConfigurationError } from '../../errors/verification.error.js';
import { ioRedisCommands, type IoRedisClient } from './ioredis.client.js';
import { nodeRedisCommands, type NodeRedisClient } from './node-redis.client.js';
import type { RedisCommands } from './redis-commands.js';

/** A client that the application connects and closes, for one server or for a cluster. */
export type RedisClient = IoRedisClient | NodeRedisClient;

/** The commands of a client, whichever of the two libraries made it. */
export function commandsOf(client: RedisClient): RedisCommands {
  if (isIoRedis(client)) return ioRedisCommands(client);
  if (isNodeRedis(client)) return nodeRedisCommands(client);
  throw new ConfigurationError(
    'RedisStateStore speaks through a client of yours. ' +
      'Pass new Redis() or new Cluster() of ioredis, or createClient() or createCluster() of redis.',
  );
}

/** Tells of each error of a connection; the application hears of it as before. */
export function onConnectionError(client: object, tell: (error: unknown) => void): void {
  const { on } = client as Partial<EventEmitter>;
  if (typeof on === 'function') on.call(client, errorMonitor, tell);
}

function isIoRedis(client: unknown): client is IoRedisClient {
  return has(client, 'get', 'set', 'del', 'eval', 'defineCommand');
}

function isNodeRedis(client: unknown): client is NodeRedisClient {
  return has(client, 'get', 'set', 'del', 'eval', 'sendCommand');
}

function has(client: unknown, ...methods: readonly string[]): boolean {
  if (typeof client !== 'object' || client === null) return false;
  return methods.every(name => typeof (client as Record<string, unknown>)[name] === 'function');
}
