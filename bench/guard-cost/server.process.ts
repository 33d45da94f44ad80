import { startApplication } from '../applications/application.factory.js';
import { answerWith } from '../pinned.process.js';

const [, , name = '', upstream = '', library] = process.argv;
const url = await startApplication(name, upstream, library);
let last = process.cpuUsage();

// Every answer is the CPU time since the answer before it.
answerWith({ url }, () => {
  const { user, system } = process.cpuUsage(last);
  last = process.cpuUsage();
  return { cpuMicros: user + system };
});
