import { cpus } from 'node:os';
import { canPin } from '../pinned.process.js';
import { beforeSection } from './before.section.js';
import { costSection } from './cost.section.js';
import { errorSection } from './error.section.js';
import type { Figures } from './figures.js';
import { goalsSection } from './goals.section.js';
import { guardSection } from './guard.section.js';
import { figure } from './markdown-table.js';
import { storeSection, waitingSection } from './memory.section.js';
import { crashSection, floodSection, loadSection } from './scale.section.js';
import { startSection } from './start.section.js';

function introduction({ effort, costs }: Figures): string {
  const machine = `Node ${process.version.slice(1)} on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
  const pinned = canPin
    ? 'The server has core 0; the clients (autocannon) and the stand-in of the provider share core 1.'
    : 'No process is pinned to a core, so the figures vary more.';
  const shortest = Math.min(...costs.map(({ shortestSeconds }) => shortestSeconds));
  const lengths = Number.isFinite(shortest) ? ` (the shortest took ${figure(shortest, 1)} s)` : '';
  return `# Benchmark

\`npm run bench\` made this page with ${machine}. ${pinned} The stand-in answers at once over loopback, so the figures hold no network time.

At most six processes of a comparison are alive at a time: a floor, up to four variants and a control. Each new one gets a load of 50 connections for ${effort.heatSeconds} s, so that its code is compiled. Then they are warmed up until each has had two windows in a row that agree within ${figure(effort.warmUp.atMostChange * 100, 0)} %. Each is measured twice in each round, there and back (A B B A), in windows of ${effort.seconds} s${lengths}. Before each window, two requests on each connection open the connections to the provider again. Where one application can have all of them, they are routes of one process, and the control is a second process: two processes of one application are not equally fast. All processes are started anew for each group of rounds (starts: ${effort.starts}; rounds after each: ${effort.rounds}).

**CPU** is the CPU time of the server process for each request. **Guard cost** is CPU beyond the same application without a guard. A ratio is computed within each round; the page gives the **median** of the rounds, and as the **spread** the interval that holds the true median in seven of eight runs. The **error** is the share by which the control is off. **Core busy** is the share of core 0 that the server used; a low share with many connections means that other work had the core. Compare ratios, because the rest depends on the machine.
`;
}

/** The figures as a page. */
export function page(figures: Figures): string {
  const leftOut =
    figures.leftOut.length === 0
      ? ''
      : `Not measured, because the other libraries cannot be installed: ${figures.leftOut.map(({ name }) => name).join(', ')}.\n`;
  return [
    introduction(figures),
    leftOut,
    goalsSection(figures),
    beforeSection(figures),
    errorSection(figures),
    costSection(figures),
    guardSection(figures),
    startSection(figures),
    waitingSection(figures),
    storeSection(figures),
    floodSection(figures),
    loadSection(figures),
    crashSection(figures),
  ]
    .filter(section => section !== '')
    .join('\n');
}
