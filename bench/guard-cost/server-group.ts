import { applicationOf, type ApplicationName } from '../applications/application.js';
import { PinnedProcess } from '../pinned.process.js';
import { applicationsOf, CONTROL, CONTROL_FLOOR, type Comparison } from './comparison.js';
import { LoadedServer } from './loaded-server.js';

const fileOf = (name: string): URL => new URL(`${name}.process.js`, import.meta.url);

/**
 * Starts the applications of a comparison on core 0, and the clients and the provider's stand-in on core 1; stops them
 * all when the work is done or has failed. `before` is the URL of the other build, for the applications that need it.
 */
export async function withServers(
  comparison: Comparison,
  before: string | undefined,
  work: (servers: readonly LoadedServer[]) => Promise<void>,
): Promise<void> {
  const started: PinnedProcess[] = [];
  const alive = async (starting: Promise<PinnedProcess>): Promise<PinnedProcess> => {
    const one = await starting;
    started.push(one);
    return one;
  };
  try {
    const upstream = await alive(PinnedProcess.start(1, fileOf('upstream')));
    const clients = await alive(PinnedProcess.start(1, fileOf('load')));
    const { url } = upstream.hello as { url: string };
    const serve = (application: ApplicationName): Promise<PinnedProcess> => {
      const library = applicationOf(application).needs === 'before' && before !== undefined ? [before] : [];
      return alive(PinnedProcess.start(0, fileOf('server'), [application, url, ...library]));
    };
    const { host, floor, variants } = comparison;
    const [first] = variants;
    const servers: LoadedServer[] = [];
    if (host === undefined) {
      for (const application of applicationsOf(comparison))
        servers.push(
          new LoadedServer(application, application, await serve(application), { upstream, clients }),
        );
      servers.push(new LoadedServer(CONTROL, first, await serve(first), { upstream, clients }));
    } else {
      const [one, other] = [await serve(host), await serve(host)];
      const route = (name: string, application: ApplicationName, server: PinnedProcess): LoadedServer =>
        new LoadedServer(name, application, server, { upstream, clients }, routeOf(application));
      for (const application of applicationsOf(comparison))
        servers.push(route(application, application, one));
      servers.push(route(CONTROL_FLOOR, floor, other), route(CONTROL, first, other));
    }
    await work(servers);
  } finally {
    await Promise.all(started.map(each => each.stop()));
  }
}

/** The path at which a host serves an application: its kind. */
function routeOf(application: ApplicationName): string {
  return `/${application.slice(application.indexOf('-') + 1)}`;
}
