import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { RedisStateStore } from 'nestjs-verification/redis';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { CLIENTS, CLUSTER_CLIENTS } from './redis-connections.js';
import { conformsToStateStore } from './state-store-conformance.js';

jest.setTimeout(30_000); // starts servers

const DEPLOYMENTS = {
  'one server': { start: () => RedisServer.start(), clients: CLIENTS },
  'a cluster': { start: () => RedisServer.startCluster(), clients: CLUSTER_CLIENTS },
};

describeWithRedis('RedisStateStore is a StateStore', () => {
  describe.each(Object.entries(DEPLOYMENTS))('on %s', (_, { start, clients }) => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.stop());

    describe.each(Object.entries(clients))('through %s', (__, connect) => {
      conformsToStateStore(async () => {
        const [first, second] = [await connect(server), await connect(server)];
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
