// Compiled by `npm run typecheck`: what cannot work does not compile. Never run.
import { Cluster, Redis } from 'ioredis';
import { InMemoryStateStore, VerificationModule } from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import {
  createClient,
  createClientPool,
  createCluster,
  createSentinel,
  type RedisClientType,
  type RedisClusterType,
} from 'redis';

export const clients = (typed: RedisClientType, typedCluster: RedisClusterType): RedisStateStore[] => [
  new RedisStateStore(new Redis()),
  new RedisStateStore(new Redis({ replyMapping: 'resp3' }), { keyPrefix: 'shop:' }),
  new RedisStateStore(new Cluster(['redis://localhost:7000'])),
  new RedisStateStore(createClient()),
  new RedisStateStore(createClient({ RESP: 2 })),
  new RedisStateStore(createClientPool()),
  new RedisStateStore(createCluster({ rootNodes: [] })),
  new RedisStateStore(createSentinel({ name: 'main', sentinelRootNodes: [] })),
  new RedisStateStore(typed),
  new RedisStateStore(typedCluster),
];

VerificationModule.forRoot({ store: new RedisStateStore(new Redis()) });

// @ts-expect-error without a client there is no Redis
new RedisStateStore();
// @ts-expect-error nor with a URL
new RedisStateStore('redis://localhost');
// @ts-expect-error nor with options
new RedisStateStore({ host: 'localhost' });
// @ts-expect-error nor with what has its names but not its promises
new RedisStateStore(new Map<string, string>());
// @ts-expect-error nor with a batch of commands, which is sent once
new RedisStateStore(new Redis().pipeline());
// @ts-expect-error nor with another store
new RedisStateStore(new InMemoryStateStore());
// @ts-expect-error a prefix is text
new RedisStateStore(new Redis(), { keyPrefix: 1 });
