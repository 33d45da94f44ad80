import type { EvidenceSource } from '../contract/evidence.js';
import type { VerifiedRoute } from './verified-routes.js';

/** The fields that a route's evidence is read from, and whether a request without them is always refused. */
export function evidenceFields(
  route: VerifiedRoute,
  place: keyof EvidenceSource,
): ReadonlyMap<string, boolean> {
  const fields = new Map<string, boolean>();
  for (const checks of route.demands) {
    for (const { evidence, ownEvidence, remember, isOptional } of checks) {
      if (ownEvidence !== undefined) continue; // nobody knows where the function looks
      for (const name of evidence.fieldsIn(place)) {
        const isAlwaysAsked = checks.length === 1 && remember === undefined && !isOptional;
        fields.set(name, (isAlwaysAsked && evidence.needs(place, [name])) || fields.get(name) === true);
      }
    }
  }
  return fields;
}
