import { hash } from 'node:crypto';

/** A key in the store: what it stands for cannot be told from it. */
export function keyOf(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex');
}
