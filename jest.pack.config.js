import base from './jest.config.js';

/** What `npm run test:pack` runs: the packed library, installed and used. @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/pack/*.spec.ts'],
  testPathIgnorePatterns: ['<rootDir>/node_modules/'],
  maxWorkers: 2, // one per Nest major
  testTimeout: 180_000,
};
