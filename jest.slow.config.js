import base from './jest.config.js';

/** What `npm test` leaves to scripts of their own, each of which names its folder. @type {import('jest').Config} */
export default {
  ...base,
  testPathIgnorePatterns: ['<rootDir>/node_modules/'],
  testTimeout: 180_000, // they install packages, build, and start browsers
};
