import type { CommandLine } from './command-line.js';
import { measureFlood } from './flood/flood.figures.js';
import { COMPARISONS } from './guard-cost/comparison-list.js';
import { needs, type Comparison } from './guard-cost/comparison.js';
import type { CostFigures } from './guard-cost/cost-figures.js';
import { measureComparison } from './guard-cost/guard-cost.js';
import { measureGuardOnly } from './guard-only/guard-only.js';
import { ROUTES, type RouteName } from './guard-only/route.js';
import { adoptBuild } from './library/before-build.js';
import { hasPeers } from './library/peer-libraries.js';
import { measureStore } from './memory/store.js';
import { measureWaiting } from './memory/waiting.js';
import { measureStart } from './start/start.js';
import type { Figures } from './report/figures.js';
import { connectionsTitle, titleOf } from './report/goals.section.js';
import { figure, range } from './report/markdown-table.js';
import { measureCrash } from './scale/crash.figures.js';
import { measureLoad } from './scale/load.figures.js';
import { hasRedis } from './scale/redis-process.js';

const GUARDS = Object.keys(ROUTES) as RouteName[];
const guardName = (route: RouteName): string => `guard-only-${route}`;

/** Everything that `--only` can choose. */
export const NAMES: readonly string[] = [
  ...COMPARISONS.map(({ name }) => name),
  ...GUARDS.map(guardName),
  'start',
  'waiting',
  'store',
  'scale-load',
  'scale-crash',
  'scale-flood',
];

/** The names that a command line chooses, and without a choice all or the one question of a quick look. */
function chosen({ quick, only, before }: CommandLine): (name: string) => boolean {
  const question = before === undefined ? 'express-default' : 'before-express-default';
  const words = quick && only.length === 0 ? [question] : only;
  return name => words.length === 0 || words.some(word => name.startsWith(word));
}

/** A line for each ratio, so that a run that fails later has told something. */
function progressOf(figures: readonly CostFigures[]): string {
  return figures
    .flatMap(({ ratios, connections, control }) =>
      ratios.map(
        ratio =>
          `  ${titleOf(ratio)}, ${connectionsTitle(connections)}: ${figure(ratio.spread.median, 2)} (${range(ratio.spread, 2)}), control ${figure(control.median, 2)}`,
      ),
    )
    .join('\n');
}

/** Measures what needs several instances, or many visitors. */
async function measureScale(
  isChosen: (name: string) => boolean,
  quick: boolean,
): Promise<Pick<Figures, 'load' | 'crash' | 'flood'>> {
  if (!hasRedis) console.error('scale-load and scale-crash are left out: redis-server is not installed');
  return {
    ...(hasRedis && isChosen('scale-load') ? { load: await measureLoad(quick ? 5 : 12) } : {}),
    ...(hasRedis && isChosen('scale-crash') ? { crash: await measureCrash() } : {}),
    ...(isChosen('scale-flood') ? { flood: await measureFlood() } : {}),
  };
}

/** Measures what a command line asks for. */
export async function measure(line: CommandLine): Promise<Figures> {
  const { quick, effort } = line;
  const isChosen = chosen(line);
  const before = line.before === undefined ? undefined : adoptBuild(line.before);
  const comparisons = COMPARISONS.filter(({ name }) => isChosen(name)).filter(
    comparison => before !== undefined || !needs(comparison, 'before'),
  );
  const withPeers = comparisons.some(comparison => needs(comparison, 'peers')) && hasPeers();
  const isPossible = (comparison: Comparison): boolean => withPeers || !needs(comparison, 'peers');

  const costs: CostFigures[] = [];
  for (const comparison of comparisons.filter(isPossible)) {
    const figures = await measureComparison(comparison, effort, before?.url);
    console.error(progressOf(figures));
    costs.push(...figures);
  }
  return {
    effort,
    ...(before === undefined ? {} : { before: before.title }),
    costs,
    guards: await measureGuardOnly(
      GUARDS.filter(route => isChosen(guardName(route))),
      effort,
      before?.url,
    ),
    starts: isChosen('start') ? await measureStart(quick ? 3 : 6) : [],
    waiting: isChosen('waiting') ? await measureWaiting(quick ? 5000 : 8000) : [],
    ...(isChosen('store') ? { store: await measureStore() } : {}),
    ...(await measureScale(isChosen, quick)),
    leftOut: comparisons.filter(comparison => !isPossible(comparison)),
  };
}
