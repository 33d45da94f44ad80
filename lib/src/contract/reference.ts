import { attachment } from './attachment.js';
import type { AcceptedVerdict } from './verdict.js';

const references = attachment<() => string>();

/** An accepted verdict that may lack its reference. What leaves the library is an `AcceptedVerdict`, which `named` makes of it. */
export type Unnamed = Omit<AcceptedVerdict, 'reference'> & { readonly reference?: string };

/** Gives a verdict a reference that is worked out by `named`: it costs a tenth of what the guard adds, and few look at it. */
export function nameLater(verdict: Unnamed, reference: () => string): Unnamed {
  references.attach(verdict, reference);
  return verdict;
}

/** The same verdict, with its reference: for the application, events and whatever a provider's own code may read. */
export function named(verdict: Unnamed): AcceptedVerdict {
  const reference = references.take(verdict);
  return (
    reference === undefined ? verdict : Object.assign(verdict, { reference: reference() })
  ) as AcceptedVerdict;
}
