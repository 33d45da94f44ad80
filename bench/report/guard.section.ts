import type { Figures } from './figures.js';
import { figure, percent, range, table } from './markdown-table.js';

/** The cost of the guard without HTTP. */
export function guardSection({ guards }: Figures): string {
  if (guards.length === 0) return '';
  const rows = guards.map(({ title, micros, error }) => [
    title,
    figure(micros.median, 2),
    range(micros, 2),
    percent(error),
  ]);
  return `## The guard by itself

There is no HTTP server and no network; the context is as Nest makes it. A guard that only says yes is subtracted.

${table(['', 'CPU µs', 'spread', 'error'], rows)}
`;
}
