import { attachment } from './attachment.js';
import type { Verdict } from './verdict.js';

const references = attachment<() => string>();

/** Says where the reference of a verdict comes from. It costs a tenth of a guarded request, and few look at it. */
export function nameLater<V extends Verdict>(verdict: Omit<V, 'reference'>, reference: () => string): V {
  references.attach(verdict, reference);
  return verdict as V; // whoever hands it to somebody calls `named`
}

/** The same verdict, with its reference: for the application, events and whatever a provider's own code may read. */
export function named<V extends Verdict>(verdict: V): V {
  const reference = references.take(verdict);
  return reference === undefined ? verdict : Object.assign(verdict, { reference: reference() });
}
