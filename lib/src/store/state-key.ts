import { hash } from 'node:crypto';

/** The version of what is stored; another version never reads it. */
const VERSION = 2;

/**
 * A key in the store, from which nobody can tell what it stands for. `scope` keeps apart what must not answer for one
 * another, such as two accounts at a provider.
 */
export function stateKey(scope: string, kind: string, ...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify([VERSION, scope, kind, ...parts]), 'hex');
}
