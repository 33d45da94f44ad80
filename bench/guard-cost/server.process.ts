import { answerWith } from '../pinned.process.js';
import { application } from './applications.js';

const [, , name = '', upstream = ''] = process.argv;
const url = await application(name, upstream);
let last = process.cpuUsage();

// Answers every message with the CPU time since the message before.
answerWith({ url }, () => {
  const { user, system } = process.cpuUsage(last);
  last = process.cpuUsage();
  return { cpuMicros: user + system, rss: process.memoryUsage().rss };
});
