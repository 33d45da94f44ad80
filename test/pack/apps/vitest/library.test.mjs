// What an application that is tested with vitest does.
import { expect, test } from 'vitest';
import { underTest } from './out/kit.js';

test('fakes providers', async () => {
  const { statuses, asked } = await underTest();
  expect(statuses).toEqual([403, 201]);
  expect(asked).toHaveLength(2);
});
