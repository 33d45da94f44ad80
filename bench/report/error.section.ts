import type { WarmUpReport } from '../statistics/steady-state.js';
import type { Figures } from './figures.js';
import { connectionsTitle } from './goals.section.js';
import { percent } from './markdown-table.js';

/** The warm-ups of one comparison that never became steady. */
function unsteady(title: string, warmUps: readonly WarmUpReport[]): string[] {
  return warmUps
    .filter(({ steady }) => !steady)
    .map(
      ({ name, windows, change }) =>
        `- ${title}, ${name}: the last two of ${windows} windows differ by ${percent(change)}.`,
    );
}

/** Says how far the run can be trusted. */
export function errorSection({ costs, guards }: Figures): string {
  if (costs.length + guards.length === 0) return '';
  const errors = [...costs, ...guards].map(({ error }) => error);
  const unknown = errors.filter(error => !Number.isFinite(error)).length;
  const known = errors.filter(Number.isFinite);
  const lines = [
    ...costs.flatMap(({ comparison, connections, warmUps }) =>
      unsteady(`${comparison.name}, ${connectionsTitle(connections)}`, warmUps),
    ),
    ...guards.flatMap(({ title, warmUps }) => unsteady(title, warmUps)),
  ];
  const sentences = [
    'Each comparison runs its first variant in a second process, the control. Its cost should be the same.',
    ...(known.length > 0 ? [`At worst a control was ${percent(Math.max(...known))} off.`] : []),
    ...(unknown > 0 ? [`The cost was too small to compare in ${unknown} of ${errors.length}.`] : []),
    lines.length === 0
      ? 'Every warm-up reached a steady state.'
      : 'These warm-ups never reached a steady state:',
  ];
  return [
    '## Error of the run',
    '',
    sentences.join(' '),
    ...(lines.length === 0 ? [] : ['', ...lines]),
    '',
  ].join('\n');
}
