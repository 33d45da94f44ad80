import type { Figures } from './figures.js';
import { figure, range, table } from './markdown-table.js';

/** What this library adds to the start of an application. */
export function startSection({ starts }: Figures): string {
  if (starts.length === 0) return '';
  const kilobytes = (bytes: number): string => figure(bytes / 1000, 0);
  const rows = starts.map(({ title, floorMs, beyondMs, answeredMs, bytes }) => [
    title,
    figure(floorMs.median, 0),
    figure(beyondMs.median, 0),
    range(beyondMs, 0),
    figure(answeredMs, 0),
    bytes === undefined ? '–' : `${kilobytes(bytes[0])} (${kilobytes(bytes[1])})`,
  ]);
  const head = [
    'start, each in a new process',
    'without, CPU ms',
    'added, CPU ms',
    'spread',
    'took, ms',
    'kB (without)',
  ];
  return `## Start

${table(head, rows)}
`;
}
