import { answerWith } from '../pinned.process.js';
import type { SoakApplicationOptions } from './soak.application.js';
import { startSoakServer } from './soak.server.js';

const [, , options = ''] = process.argv;
const server = await startSoakServer(JSON.parse(options) as SoakApplicationOptions);

answerWith({ url: server.url }, async message => {
  if ((message as { ask: string }).ask === 'figures') return server.figures();
  await server.stop();
  return {};
});
