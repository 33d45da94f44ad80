import type { Effort } from '../effort.js';
import { joined, observe, type Observation } from '../statistics/observation.js';
import type { Comparison } from './comparison.js';
import { costFigures, type CostFigures } from './cost-figures.js';
import type { Window } from './loaded-server.js';
import { withServers } from './server-group.js';

/** The numbers of connections to measure with. */
function connectionsOf(comparison: Comparison, { connections }: Effort): readonly number[] {
  const chosen = comparison.connections.filter(count => connections?.includes(count) ?? true);
  return chosen.length > 0 ? chosen : comparison.connections.slice(0, 1);
}

/** The connections that heat a process up. */
const HEATED_BY = 50;

/** Measures a comparison with each number of connections; `before` is the URL of the other build. */
export async function measureComparison(
  comparison: Comparison,
  effort: Effort,
  before?: string,
): Promise<CostFigures[]> {
  const observations = new Map<number, Observation<Window>[]>();
  for (const connections of connectionsOf(comparison, effort)) observations.set(connections, []);
  for (let start = 1; start <= effort.starts; start++) {
    await withServers(comparison, before, async servers => {
      for (const server of servers) await server.measure(HEATED_BY, effort.heatSeconds);
      for (const [connections, observed] of observations) {
        console.error(`${comparison.name}, start ${start} of ${effort.starts}, connections: ${connections}`);
        const subjects = servers.map(server => ({
          name: server.name,
          measure: (seconds: number) => server.measure(connections, seconds),
        }));
        observed.push(await observe(subjects, effort));
      }
    });
  }
  return [...observations].map(([connections, observed]) =>
    costFigures(comparison, connections, joined(observed)),
  );
}
