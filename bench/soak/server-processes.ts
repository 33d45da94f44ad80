import { PinnedProcess } from '../pinned.process.js';
import type { SoakApplicationOptions } from './soak.application.js';
import type { ServerFigures, SoakServer } from './soak.server.js';

const FILE = new URL('soak.process.js', import.meta.url);

/** Starts a server in a process of its own. */
export async function startServerProcess(options: SoakApplicationOptions): Promise<SoakServer> {
  const child = await PinnedProcess.start(undefined, FILE, [JSON.stringify(options)]);
  return {
    url: (child.hello as { url: string }).url,
    figures: () => child.ask<ServerFigures>({ ask: 'figures' }),
    stop: async () => {
      await child.ask({ ask: 'stop' });
      await child.stop();
    },
  };
}
