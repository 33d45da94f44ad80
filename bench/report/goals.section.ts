import { applicationOf } from '../applications/application.js';
import type { Ratio } from '../guard-cost/comparison.js';
import { MOST_HEAP_BYTES, MOST_SOCKETS } from '../memory/waiting.js';
import type { Spread } from '../statistics/spread.js';
import type { Verdict } from '../statistics/verdict.js';
import { scaleGoals } from './scale.goals.js';
import type { Figures } from './figures.js';
import { figure, percent, range, table } from './markdown-table.js';

/** A figure with an upper limit. */
export interface Goal {
  readonly title: string;
  readonly spread: Spread;
  readonly digits: number;
  /** The error of its comparison, where a control tells it. */
  readonly error?: number;
  readonly atMost: number;
  readonly verdict: Verdict;
}

/** The names of the two applications of a ratio. */
export function titleOf({ of, over }: Ratio): string {
  return `${applicationOf(of).title} / ${applicationOf(over).title}`;
}

export function connectionsTitle(connections: number): string {
  return connections === 1 ? '1 connection' : `${connections} connections`;
}

function goalsOf(figures: Figures): Goal[] {
  const { costs, guards, waiting } = figures;
  const ratios = costs.flatMap(({ ratios: all, connections, error }) =>
    all.flatMap((ratio): Goal[] => {
      const { spread, atMost, verdict } = ratio;
      if (atMost === undefined || verdict === undefined) return [];
      const title = `${titleOf(ratio)}, ${connectionsTitle(connections)}`;
      return [{ title, spread, digits: 2, error, atMost, verdict }];
    }),
  );
  const byItself = guards.flatMap(({ title, micros, error, atMostMicros, verdict }): Goal[] =>
    atMostMicros === undefined || verdict === undefined
      ? []
      : [{ title: `${title}, CPU µs`, spread: micros, digits: 2, error, atMost: atMostMicros, verdict }],
  );
  const memory = waiting.flatMap((each): Goal[] => [
    {
      title: `${each.waiting} waiting requests, ${each.title}: heap bytes each`,
      spread: each.heapBytesEach,
      digits: 0,
      atMost: MOST_HEAP_BYTES,
      verdict: each.heapVerdict,
    },
    {
      title: `${each.waiting} waiting requests, ${each.title}: sockets`,
      spread: each.sockets,
      digits: 0,
      atMost: MOST_SOCKETS,
      verdict: each.socketsVerdict,
    },
  ]);
  return [...ratios, ...byItself, ...memory, ...scaleGoals(figures)];
}

/** The goals with their verdicts; empty if the run measured none. */
export function goalsSection(figures: Figures): string {
  const measured = goalsOf(figures).map(({ title, spread, digits, error, atMost, verdict }) => [
    title,
    figure(spread.median, digits),
    range(spread, digits),
    error === undefined ? '–' : percent(error),
    `≤ ${figure(atMost, digits === 0 || atMost >= 10 ? 0 : 2)}`,
    verdict,
  ]);
  const missing = figures.leftOut.flatMap(({ ratios, connections }) =>
    ratios.flatMap(({ atMost, ...ratio }) =>
      atMost === undefined
        ? []
        : [
            [
              `${titleOf(ratio)}, ${connections.join(', ')} connections`,
              '–',
              '–',
              '–',
              `≤ ${figure(atMost, 2)}`,
              'not measured',
            ],
          ],
    ),
  );
  const rows = [...measured, ...missing];
  if (rows.length === 0) return '';
  return `## Goals

A goal is **met** if the whole spread, widened by the error of its comparison, is within it; **missed** if none of it is; otherwise the run leaves it **undecided**.

${table(['ratio of guard costs, or cost', 'median', 'spread', 'error', 'goal', 'verdict'], rows)}
`;
}
