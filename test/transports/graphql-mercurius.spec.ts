import { describe } from '@jest/globals';
import { MercuriusDriver } from '@nestjs/mercurius';
import { keepsItsPromises } from './graphql-promises.js';

describe('GraphQL on Mercurius', () => {
  keepsItsPromises('fastify', MercuriusDriver);
});
