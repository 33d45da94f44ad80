import { Cluster, Redis } from 'ioredis';
import type { NodeRedisClient, RedisClient } from 'nestjs-verification/redis';
import { createClient, createClientPool, createCluster } from 'redis';
import type { RedisServer } from '../support/redis-server.js';

/** A client as an application makes it, already connected. */
export interface Connection {
  readonly client: RedisClient;
  close(): void;
}

export type Connect = (server: RedisServer) => Promise<Connection>;

/** Clients as they are made without a thought about outages. */
export const DEFAULT_CLIENTS: Readonly<Record<string, Connect>> = {
  ioredis: ({ url }) => ready(new Redis(url)),
  'node-redis': ({ url }) => connected(createClient({ url })),
};

/** Clients that fail soon where they are not connected, the one that RedisStateStore recommends first. */
export const PROMPT_CLIENTS: Readonly<Record<string, Connect>> = {
  'ioredis that tries twice': ({ url }) => ready(new Redis(url, { maxRetriesPerRequest: 1 })),
  'ioredis that queues nothing': ({ url }) =>
    ready(new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 })),
  'node-redis that queues nothing': ({ url }) => connected(createClient({ url, disableOfflineQueue: true })),
};

/** Clients of one server, with the settings that change what they send or give. */
export const CLIENTS: Readonly<Record<string, Connect>> = {
  ...DEFAULT_CLIENTS,
  'ioredis that gives numbers as text': ({ url }) => ready(new Redis(url, { stringNumbers: true })),
  'ioredis that puts a prefix of its own': ({ url }) => ready(new Redis(url, { keyPrefix: 'own:' })),
  'ioredis that pipelines by itself': ({ url }) => ready(new Redis(url, { enableAutoPipelining: true })),
  'ioredis on the older protocol': ({ url }) => ready(new Redis(url, { protocol: 2 })),
  'node-redis on the older protocol': ({ url }) => connected(createClient({ url, RESP: 2 })),
  'node-redis in a pool': ({ url }) => connected(createClientPool({ url })),
};

/** Clients of a cluster. */
export const CLUSTER_CLIENTS: Readonly<Record<string, Connect>> = {
  'ioredis Cluster': ({ url }) => ready(new Cluster([url])),
  'node-redis createCluster': ({ url }) => connected(createCluster({ rootNodes: [{ url }] })),
};

async function ready(client: Redis | Cluster): Promise<Connection> {
  client.on('error', unheard);
  await new Promise<void>(resolve => client.once('ready', resolve));
  return {
    client,
    close: () => {
      client.disconnect();
    },
  };
}

interface Connectable extends NodeRedisClient {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): unknown;
}

async function connected(client: Connectable): Promise<Connection> {
  client.on('error', unheard);
  await client.connect();
  return { client, close: () => void client.destroy() };
}

/** Where a client tells of a lost connection: the application's business. */
function unheard(): void {}
