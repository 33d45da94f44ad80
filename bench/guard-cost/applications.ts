import { createRequire } from 'node:module';
import { nest12 } from './nest12.application.js';
import { checkifyExample } from './checkify.example.js';

type PeerApplication = (guard: string, upstream: string) => Promise<string>;

/** Starts the application of a variant; resolves with its URL. */
export function application(name: string, upstream: string): Promise<string> {
  const [stack = '', ...rest] = name.split('-');
  if (stack === 'express') return checkifyExample(rest.join('-') === 'fetch', upstream);
  if (stack === 'nest12') return nest12(rest[0] === 'fastify', rest[1] ?? '', upstream);
  // Compiled into dist/bench/guard-cost; the other libraries stay beside the sources.
  const peers = createRequire(import.meta.url)('../../../bench/peers/application.cjs') as PeerApplication;
  return peers(rest.join('-'), upstream);
}
