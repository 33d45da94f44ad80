// What an application on Nest 12 with jest in ESM mode does.
import { VerificationModule } from 'nestjs-verification';
import { exchange, start, stop } from './out/application.js';
import { underTest } from './out/kit.js';

test('boots, lets through and refuses', async () => {
  const running = await start();
  const replies = Object.entries(await exchange(running));
  await stop(running);
  expect(running.app.get(VerificationModule)).toBeInstanceOf(VerificationModule);
  expect(replies.map(([name, { status }]) => `${name} ${status}`)).toEqual([
    'paid 201',
    'paidAgain 403',
    'mistyped 400',
    'misplaced 400',
    'ordered 201',
    'commented 201',
    'commentedAgain 403',
    'signedUp 201',
    'withoutEvidence 403',
  ]);
});

test('fakes providers', async () => {
  const { statuses, asked } = await underTest();
  expect(statuses).toEqual([403, 201]);
  expect(asked).toHaveLength(2);
});
