import { createRequire } from 'node:module';
import { loadLibrary } from '../library/library.js';
import type { Adapter, Nest12Kind } from './application.js';
import { checkifyExample } from './checkify-example.application.js';
import { nest12 } from './nest12.application.js';

type PeerApplication = (guard: string, upstream: string) => Promise<string>;

/** Starts an application with the library of that URL, or of this checkout; resolves with the application's URL. */
export async function startApplication(name: string, upstream: string, library?: string): Promise<string> {
  const [stack = '', ...rest] = name.split('-');
  const kind = rest.join('-');
  switch (stack) {
    case 'plain':
      return checkifyExample(kind === 'fetch', upstream);
    case 'nest11': {
      // Compiled into dist/bench/applications; the other libraries stay beside the sources.
      const load = createRequire(import.meta.url);
      return (load('../../../bench/peers/application.cjs') as PeerApplication)(kind, upstream);
    }
    default:
      return nest12(stack as Adapter, kind as Nest12Kind, upstream, await loadLibrary(library));
  }
}
