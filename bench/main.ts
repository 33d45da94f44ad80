import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandLine } from './command-line.js';
import { measure, NAMES } from './measurement.js';
import { chartBars } from './report/chart-bars.js';
import { chart } from './report/chart.js';
import type { Figures } from './report/figures.js';
import { page } from './report/page.js';

// Compiled into dist/bench; the results belong beside the sources.
const beside = (name: string): string => fileURLToPath(new URL(`../../bench/${name}`, import.meta.url));

/** Writes the page, and a chart only if the controls allow one. */
function keep(figures: Figures, result: string): void {
  writeFileSync(beside('results.md'), result);
  rmSync(beside('chart.svg'), { force: true });
  const bars = chartBars(figures.costs);
  if (bars === undefined) {
    console.error('There is no chart: a control behind it is off by more than 5 %, or a figure is missing.');
    return;
  }
  const title = 'What the guard adds to a request, 50 connections (less is better)';
  writeFileSync(beside('chart.svg'), chart(title, 'µs CPU', bars));
}

try {
  const line = commandLine(NAMES);
  const figures = await measure(line);
  const result = page(figures);
  console.log(result);
  if (line.isKept) keep(figures, result);
  else console.error('This page is not kept: only a whole run at full length is.');
} catch (error) {
  console.error(`The bench failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
