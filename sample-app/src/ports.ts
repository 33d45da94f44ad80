import { once } from 'node:events';
import { createServer } from 'node:net';

const NEIGHBOURS = 50;

/** Where to listen. */
export interface PortChoice {
  readonly port: number;
  /** The variable that chooses it. */
  readonly name: string;
  /** Whether others count on this very port; otherwise the next free one does as well. */
  readonly isFixed: boolean;
}

/**
 * The first free port of a choice, on a host if that matters; says so where it is not the one that was meant.
 * @throws Error with the fix, where the port is fixed and taken, or may not be used.
 */
export async function findPort(
  { port, name, isFixed }: PortChoice,
  say: (line: string) => void,
  host?: string,
): Promise<number> {
  const last = isFixed || port === 0 ? port : Math.min(port + NEIGHBOURS, 65_535);
  for (let candidate = port; candidate <= last; candidate += 1) {
    if (!(await isFree(candidate, name, host))) continue;
    if (candidate !== port) say(`Port ${port} is taken; using ${candidate}.`);
    return candidate;
  }
  const taken =
    last > port ? `Ports ${port} to ${last} are taken. Free one` : `Port ${port} is taken. Free it`;
  throw new Error(`${taken}, or set ${name} to another.`);
}

async function isFree(port: number, name: string, host: string | undefined): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new Error(`Port ${port} may not be used by this account. Set ${name} to one above 1023.`);
  }
  server.close();
  await once(server, 'close');
  return true;
}
