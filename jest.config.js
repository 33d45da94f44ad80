/** What looks at more than the library's behaviour takes long; jest.slow.config.js runs it. */
const SLOW = [
  'architecture',
  'browser',
  'door',
  'pack',
  'sample-app',
  'sandbox',
  'soak',
  'store',
  'testing-kit',
];

/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: './test/support/environment.js',
  maxWorkers: '100%',
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: ['<rootDir>/node_modules/', ...SLOW.map(folder => `<rootDir>/test/${folder}/`)],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^nestjs-verification$': '<rootDir>/lib/src/index.ts',
    '^nestjs-verification/sandbox$': '<rootDir>/lib/src/sandbox/index.ts',
    '^nestjs-verification/browser$': '<rootDir>/lib/src/browser/index.ts',
    '^nestjs-verification/opentelemetry$': '<rootDir>/lib/src/opentelemetry/index.ts',
    '^nestjs-verification/provider$': '<rootDir>/lib/src/provider/index.ts',
    '^nestjs-verification/captcha$': '<rootDir>/lib/src/captcha/index.ts',
    '^nestjs-verification/redis$': '<rootDir>/lib/src/store/redis/index.ts',
    '^nestjs-verification/swagger$': '<rootDir>/lib/src/swagger/index.ts',
    // Jest cannot require() the ES module that Fastify's static files bring; Express brings the same as CommonJS.
    '^content-disposition$': '<rootDir>/node_modules/content-disposition',
    '^nestjs-verification/testing$': '<rootDir>/lib/src/testing/index.ts',
    '^nestjs-verification/terminus$': '<rootDir>/lib/src/terminus/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
