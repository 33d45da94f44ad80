import { attachment } from './attachment.js';
import type { Verdict } from './verdict.js';

const references = attachment<() => string>();

/** Gives a verdict a reference that is worked out by `named`: it costs a tenth of what the guard adds, and few look at it. */
export function nameLater<V extends Verdict>(verdict: Omit<V, 'reference'>, reference: () => string): V {
  references.attach(verdict, reference);
  return verdict as V; // whoever hands it to somebody calls `named`
}

/** The same verdict, with its reference: for the application, events and whatever a provider's own code may read. */
export function named<V extends Verdict>(verdict: V): V {
  const reference = references.take(verdict);
  return reference === undefined ? verdict : Object.assign(verdict, { reference: reference() });
}
