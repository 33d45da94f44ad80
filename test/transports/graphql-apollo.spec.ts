import { describe } from '@jest/globals';
import { ApolloDriver } from '@nestjs/apollo';
import { keepsItsPromises } from './graphql-promises.js';

describe('GraphQL on Apollo', () => {
  keepsItsPromises('express', ApolloDriver);
});
