import { ConfigurationError } from '../../errors/verification.error.js';
import { StateStore } from '../state.store.js';
import { timeToLive } from '../time-to-live.js';
import { commandsOf, type RedisClient } from './redis.client.js';
import type { RedisCommands } from './redis-commands.js';
import { countIn, storedIn, valueIn } from './redis-reply.js';

/** Options of {@link RedisStateStore}. */
export interface RedisStateStoreOptions {
  /** The prefix of every key. @default 'nestjs-verification:' */
  readonly keyPrefix?: string;
}

/** A counter without an expiry, whoever left it, would count for ever: it gets one. */
const INCREMENT = `
local count = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

/**
 * State of all instances of an application, in the Redis that it already has a client of: ioredis 5 or 6, or `redis`
 * (node-redis) 4 to 6. The application connects, watches and closes that client.
 *
 * An error of the client is an outage, as is one that takes longer than `http.timeoutMs`. Have the client fail at once
 * where it is not connected, so that nothing is queued that nobody waits for: `enableOfflineQueue: false` and
 * `maxRetriesPerRequest: 0` for ioredis, `disableOfflineQueue: true` for node-redis. Read from primaries only, and
 * let Redis evict nothing (`maxmemory-policy noeviction`): a lost counter is a fresh set of guesses.
 *
 * @example
 * const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
 * VerificationModule.forRoot({ store: new RedisStateStore(redis) });
 */
export class RedisStateStore extends StateStore {
  private readonly redis: RedisCommands;
  private readonly keyPrefix: string;

  constructor(client: RedisClient, { keyPrefix = 'nestjs-verification:' }: RedisStateStoreOptions = {}) {
    super();
    if (typeof keyPrefix !== 'string')
      throw new ConfigurationError('keyPrefix of RedisStateStore must be a string.');
    this.redis = commandsOf(client);
    this.keyPrefix = keyPrefix;
  }

  async get(key: string): Promise<string | undefined> {
    return valueIn(await this.redis.get(this.keyPrefix + key));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    const reply = await this.redis.set(this.keyPrefix + key, value, timeToLive(ttlMs));
    if (!storedIn(reply)) throw new Error('Redis stored nothing');
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return storedIn(await this.redis.setIfAbsent(this.keyPrefix + key, value, timeToLive(ttlMs)));
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    const reply = await this.redis.run(INCREMENT, this.keyPrefix + key, String(timeToLive(ttlMs)));
    return countIn(reply, 1);
  }

  async delete(key: string): Promise<void> {
    countIn(await this.redis.delete(this.keyPrefix + key), 0);
  }
}
