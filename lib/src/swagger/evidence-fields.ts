import type { EvidenceSource } from '../contract/evidence.js';
import type { VerifiedRoute } from './verified-routes.js';

/** The fields that a route's evidence is read from, and whether a request without them is always refused. */
export function evidenceFields(
  route: VerifiedRoute,
  place: keyof EvidenceSource,
): ReadonlyMap<string, boolean> {
  const fields = new Map<string, boolean>();
  for (const checks of route.demands) {
    for (const { evidence, ownEvidence, remember } of checks) {
      if (ownEvidence !== undefined) continue; // nobody knows where the function looks
      for (const name of evidence.fieldsIn(place)) {
        const isRequired = checks.length === 1 && remember === undefined && evidence.needs(place, [name]);
        fields.set(name, isRequired || fields.get(name) === true);
      }
    }
  }
  return fields;
}
