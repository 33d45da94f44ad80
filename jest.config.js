/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  maxWorkers: '100%',
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: ['<rootDir>/node_modules/', '<rootDir>/test/pack/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^nestjs-verification$': '<rootDir>/lib/src/index.ts',
    '^nestjs-verification/sandbox$': '<rootDir>/lib/src/sandbox/index.ts',
    '^nestjs-verification/redis$': '<rootDir>/lib/src/store/redis/index.ts',
    '^nestjs-verification/testing$': '<rootDir>/lib/src/testing/index.ts',
    '^nestjs-verification/terminus$': '<rootDir>/lib/src/terminus/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
