import { promises } from './promises.js';

promises('nest-12', { format: 'esm', spec: 'jest-esm' });
