import getPort, { portNumbers } from 'get-port';
import type { PortChoice } from './app.config.js';

const NEIGHBOURS = 50;
const HIGHEST = 65_535;

/**
 * Finds a free port for a choice, and says so when it is not the wanted one.
 * @throws Error with the fix when a fixed port cannot be used.
 */
export async function findPort(
  { port: wanted, name, isFixed }: PortChoice,
  say: (line: string) => void,
  host?: string,
): Promise<number> {
  const candidates = isFixed || wanted === 0 ? wanted : portNumbers(wanted, lastNeighbourOf(wanted));
  const found = await getPort({ port: candidates, ...(host === undefined ? {} : { host }) });
  if (found === wanted || wanted === 0) return found;
  // `getPort` does not tell which of the two it is.
  if (isFixed)
    throw new Error(
      `Port ${wanted} is taken, or this account may not use it. Free it, or set ${name} to another port above 1023.`,
    );
  say(`Port ${wanted} is taken. Using port ${found} instead.`);
  return found;
}

function lastNeighbourOf(port: number): number {
  return Math.min(port + NEIGHBOURS, HIGHEST);
}
