import { promises } from './promises.js';

promises('nest-11', { format: 'cjs', spec: 'jest-cjs' });
