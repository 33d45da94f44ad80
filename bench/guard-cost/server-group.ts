import { PinnedProcess } from '../pinned.process.js';
import { applicationsOf, CONTROL, type Comparison } from './comparison.js';
import { LoadedServer } from './loaded-server.js';

/**
 * Starts the applications of a comparison on core 0, and the clients and the provider's stand-in on core 1; stops them
 * all when the work is done or has failed.
 */
export async function withServers(
  comparison: Comparison,
  before: string | undefined,
  work: (servers: readonly LoadedServer[]) => Promise<void>,
): Promise<void> {
  const started: { stop(): Promise<void> }[] = [];
  const alive = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    started.push(one);
    return one;
  };
  try {
    const upstream = await alive(PinnedProcess.start(1, new URL('upstream.process.js', import.meta.url)));
    const clients = await alive(PinnedProcess.start(1, new URL('load.process.js', import.meta.url)));
    const servers: LoadedServer[] = [];
    const [first] = comparison.variants;
    const processes = [
      ...applicationsOf(comparison).map(name => [name, name] as const),
      [CONTROL, first] as const,
    ];
    for (const [name, application] of processes)
      servers.push(await alive(LoadedServer.start(name, application, { upstream, clients }, before)));
    await work(servers);
  } finally {
    await Promise.all(started.map(each => each.stop()));
  }
}
