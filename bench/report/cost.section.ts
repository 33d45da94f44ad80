import { applicationOf } from '../applications/application.js';
import type { Comparison } from '../guard-cost/comparison.js';
import type { CostFigures } from '../guard-cost/cost-figures.js';
import type { Figures } from './figures.js';
import { titleOf } from './goals.section.js';
import { figure, range, table } from './markdown-table.js';

const HEAD = [
  'application',
  'connections',
  'CPU µs',
  'guard cost µs',
  'spread',
  'requests/s',
  'core busy',
  'p50 ms',
  'p99 ms',
];

function applicationRows({ applications, connections }: CostFigures): (string | number)[][] {
  return applications.map(({ name, cpuMicros, guardMicros, requestsPerSecond, busy, p50, p99 }) => [
    applicationOf(name).title,
    connections,
    figure(cpuMicros.median, 0),
    figure(guardMicros?.median, 0),
    range(guardMicros, 0),
    figure(requestsPerSecond, 0),
    `${figure(busy * 100, 0)} %`,
    figure(p50, 1),
    figure(p99, 1),
  ]);
}

function ratioRows({ ratios, connections, control }: CostFigures): (string | number)[][] {
  return [
    ...ratios.map(ratio => [
      titleOf(ratio),
      connections,
      figure(ratio.spread.median, 2),
      range(ratio.spread, 2),
    ]),
    ['control: the first variant, twice', connections, figure(control.median, 2), range(control, 2)],
  ];
}

function comparisonSection({ name, question, measure }: Comparison, all: readonly CostFigures[]): string {
  return `### ${question}

\`--only ${name}\`

${table(HEAD, all.flatMap(applicationRows))}

${table([`ratio of ${measure === 'CPU' ? 'CPU times' : 'guard costs'}`, 'connections', 'median', 'spread'], all.flatMap(ratioRows))}
`;
}

/** Every comparison with its applications, its ratios and its control. */
export function costSection({ costs }: Figures): string {
  if (costs.length === 0) return '';
  const comparisons = [...new Set(costs.map(({ comparison }) => comparison))];
  const sections = comparisons.map(comparison =>
    comparisonSection(
      comparison,
      costs.filter(each => each.comparison === comparison),
    ),
  );
  return ['## Guard cost\n', ...sections].join('\n');
}
