import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RedisStateStore } from 'nestjs-verification/redis';

/** Keeps the state that several instances of the app share. Its connection closes with the app. */
export class RedisState implements OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly client: Redis;
  readonly store: RedisStateStore;

  constructor(url: string) {
    // Commands fail at once while Redis is down, so that visitors do not wait for a refusal.
    this.client = new Redis(url, { maxRetriesPerRequest: 1 });
    this.client.on('error', (error: Error) => {
      this.logger.error(error.message);
    });
    this.store = new RedisStateStore(this.client, { keyPrefix: 'shop:' });
  }

  onApplicationShutdown(): void {
    this.client.disconnect();
  }
}
