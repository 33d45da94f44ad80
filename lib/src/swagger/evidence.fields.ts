import type { RouteCheck } from '../guard/route.check.js';
import type { VerifiedRoute } from './verified.routes.js';

/** Where a request carries its evidence. */
export type Place = 'body' | 'query';

/** The fields that a route's evidence is read from, and whether a request without them is always refused. */
export function evidenceFields(route: VerifiedRoute, place: Place): ReadonlyMap<string, boolean> {
  const fields = new Map<string, boolean>();
  for (const checks of route) {
    for (const check of checks) {
      const names = fieldsOf(check, place);
      for (const name of names) {
        const isRequired = checks.length === 1 && isNeeded(check, place, names, name);
        fields.set(name, isRequired || fields.get(name) === true);
      }
    }
  }
  return fields;
}

function fieldsOf({ evidence, provider }: RouteCheck, place: Place): readonly string[] {
  if (evidence !== undefined) return []; // nobody knows where the function looks
  return place === 'body' ? provider.evidenceFields : provider.evidenceParameters;
}

/** Whether the provider makes nothing of all fields but this one. */
function isNeeded(check: RouteCheck, place: Place, names: readonly string[], name: string): boolean {
  if (check.remember !== undefined) return false;
  return (
    admits(check, place, names) &&
    !admits(
      check,
      place,
      names.filter(each => each !== name),
    )
  );
}

function admits({ check, provider }: RouteCheck, place: Place, names: readonly string[]): boolean {
  const values = Object.fromEntries(names.map(name => [name, 'text']));
  return (
    check.admit(provider.readEvidence({ body: undefined, query: undefined, [place]: values })) !== undefined
  );
}
