import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { RedisStateStore } from 'nestjs-verification/redis';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { CLIENTS, CLUSTER_CLIENTS } from './redis-connections.js';
import { conformsToStateStore } from './state-store-conformance.js';

jest.setTimeout(30_000); // starts servers

const DEPLOYMENTS = {
  'one server': { start: async () => [await RedisServer.start()] as const, clients: CLIENTS },
  'a cluster': { start: () => RedisServer.startCluster(), clients: CLUSTER_CLIENTS },
};

describeWithRedis('RedisStateStore is a StateStore', () => {
  const starting = new Map<string, Promise<readonly [RedisServer, ...RedisServer[]]>>();
  beforeAll(() => {
    // A cluster takes its time, while the other is tried.
    for (const [name, { start }] of Object.entries(DEPLOYMENTS)) starting.set(name, start());
  });

  describe.each(Object.entries(DEPLOYMENTS))('on %s', (name, { clients }) => {
    let servers: readonly [RedisServer, ...RedisServer[]];
    beforeAll(async () => {
      servers = await starting.get(name)!;
    });
    afterAll(() => Promise.all(servers.map(server => server.stop())));

    describe.each(Object.entries(clients))('through %s', (_, connect) => {
      conformsToStateStore(async () => {
        const [first, second] = [await connect(servers[0]), await connect(servers[0])];
        return {
          stores: [new RedisStateStore(first.client), new RedisStateStore(second.client)],
          close: () => {
            first.close();
            second.close();
          },
        };
      });
    });
  });
});
