import { ConfigurationError } from '../../errors/verification.error.js';
import { wholeBucket, type Bucket } from '../bucket.js';
import { StateStore, type StoredRecord } from '../state.store.js';
import { timeToLive } from '../time-to-live.js';
import { commandsOf, onConnectionError, type RedisClient } from './redis.client.js';
import type { RedisCommands } from './redis-commands.js';
import { countIn, entriesIn, storedIn, valueIn } from './redis-reply.js';
import { CLEAR, ENTRIES, INCREMENT, MARK, PUT, PUT_UNLESS_CLEARED, TAKE } from './scripts.js';

/** Options of {@link RedisStateStore}. */
export interface RedisStateStoreOptions {
  /** The prefix of every key. @default 'nestjs-verification:' */
  readonly keyPrefix?: string;
}

/**
 * State of all instances of an application, in the Redis that it already has a client of: ioredis 5 or 6, or `redis`
 * (node-redis) 4 to 6. The application connects, watches and closes that client.
 *
 * An error of the client is an outage, and so is an answer later than `http.timeoutMs`. `maxRetriesPerRequest: 1` of
 * ioredis ends commands soon while Redis is down; with node-redis, `disableOfflineQueue: true` does. Read from primaries
 * only, and let Redis evict nothing (`maxmemory-policy noeviction`): a lost counter is a fresh set of guesses.
 *
 * @example
 * const redis = new Redis(url, { maxRetriesPerRequest: 1 });
 * VerificationModule.forRoot({ store: new RedisStateStore(redis) });
 */
export class RedisStateStore extends StateStore {
  private readonly redis: RedisCommands;
  private readonly keyPrefix: string;
  private connectionError: unknown;

  constructor(client: RedisClient, { keyPrefix = 'nestjs-verification:' }: RedisStateStoreOptions = {}) {
    super();
    if (typeof keyPrefix !== 'string')
      throw new ConfigurationError('keyPrefix of RedisStateStore must be a string.');
    this.redis = commandsOf(client);
    onConnectionError(client, error => (this.connectionError = error));
    this.keyPrefix = keyPrefix;
  }

  async get(key: string): Promise<string | undefined> {
    return valueIn(await this.reply(this.redis.get(this.keyPrefix + key)));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    const reply = await this.reply(this.redis.set(this.keyPrefix + key, value, timeToLive(ttlMs)));
    if (!storedIn(reply)) throw new Error('Redis stored nothing');
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return storedIn(await this.reply(this.redis.setIfAbsent(this.keyPrefix + key, value, timeToLive(ttlMs))));
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    return countIn(await this.run(INCREMENT, key, timeToLive(ttlMs)), 1);
  }

  async delete(key: string): Promise<void> {
    countIn(await this.reply(this.redis.delete(this.keyPrefix + key)), 0);
  }

  override async take(bucket: Bucket, count: 1 | 0 | -1 = 1): Promise<number> {
    const { key, refillMs, spanMs } = wholeBucket(bucket);
    return countIn(await this.run(TAKE, key, refillMs, spanMs, count), 0);
  }

  override async put(key: string, name: string, value: string, ttlMs: number): Promise<void> {
    countIn(await this.run(PUT, key, name, value, timeToLive(ttlMs)), 1);
  }

  override async entries(key: string): Promise<ReadonlyMap<string, string>> {
    return entriesIn(await this.run(ENTRIES, key));
  }

  override async clearRecord(key: string, mark: string, ttlMs: number): Promise<void> {
    countIn(await this.run(CLEAR, key, mark, timeToLive(ttlMs)), 1);
  }

  override async readRecord(key: string): Promise<StoredRecord> {
    const entries = new Map(await this.entries(key));
    const mark = entries.get(MARK);
    entries.delete(MARK);
    return { mark, entries };
  }

  override async putUnlessCleared(
    key: string,
    mark: string | undefined,
    entry: readonly [name: string, value: string],
    ttlMs: number,
  ): Promise<void> {
    countIn(await this.run(PUT_UNLESS_CLEARED, key, ...entry, timeToLive(ttlMs), mark ?? ''), 0);
  }

  private run(script: string, key: string, ...values: readonly (string | number)[]): Promise<unknown> {
    return this.reply(this.redis.run(script, this.keyPrefix + key, ...values.map(String)));
  }

  /** A command that could not be sent says so; that nobody listens, or who is refused, only the connection says. */
  private async reply(asked: Promise<unknown>): Promise<unknown> {
    try {
      const reply = await asked;
      this.connectionError = undefined;
      return reply;
    } catch (error) {
      if (this.connectionError === undefined) throw error;
      throw new AggregateError([error, this.connectionError], 'Redis gave no reply');
    }
  }
}
