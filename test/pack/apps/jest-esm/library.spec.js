// What an application on Nest 12 with jest in ESM mode does.
import { VerificationModule } from 'nestjs-verification';
import { exchange, start, stop } from './out/application.js';

test('boots, lets through and refuses', async () => {
  const running = await start();
  const replies = Object.entries(await exchange(running));
  await stop(running);
  expect(running.app.get(VerificationModule)).toBeInstanceOf(VerificationModule);
  expect(replies.map(([name, { status }]) => `${name} ${status}`)).toEqual([
    'paid 201',
    'paidAgain 403',
    'commented 201',
    'commentedAgain 403',
    'withoutEvidence 403',
  ]);
});
