import { applicationOf } from '../applications/application.js';
import type { Figures } from './figures.js';
import { connectionsTitle } from './goals.section.js';
import { figure, percent, range, table } from './markdown-table.js';

/** Today's guard cost beside that of the other build. */
export function beforeSection({ costs, guards, before }: Figures): string {
  if (before === undefined) return '';
  const overHttp = costs
    .filter(({ comparison }) => comparison.name.startsWith('before-'))
    .flatMap(({ ratios, connections, error }) =>
      ratios.map(ratio => [
        `${applicationOf(ratio.of).title}, ${connectionsTitle(connections)}`,
        figure(ratio.spread.median, 2),
        range(ratio.spread, 2),
        percent(error),
      ]),
    );
  const byItself = guards.map(({ title, nowOverBefore, error }) => [
    title,
    figure(nowOverBefore?.median, 2),
    range(nowOverBefore, 2),
    percent(error),
  ]);
  const rows = [...overHttp, ...byItself];
  if (rows.length === 0) return '';
  return `## Now and before

Before is ${before}. A ratio below 1 means that this build costs less.

${table(['guard cost now / before', 'median', 'spread', 'error'], rows)}
`;
}
