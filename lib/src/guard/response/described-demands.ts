import type { DescribedDemand } from '../../contract/described-demand.js';
import type { Miss } from './lost-evidence.js';

/** The demands of a route as the browser reads them. They are the same for every visitor. */
export function describedDemands({
  plan: { demands },
  request,
}: Miss): readonly (readonly DescribedDemand[])[] {
  const method: unknown =
    typeof request === 'object' && request !== null ? Reflect.get(request, 'method') : 'POST';
  const places =
    method === 'GET' || method === 'HEAD' ? (['query', 'body'] as const) : (['body', 'query'] as const);
  return demands.map(alternatives =>
    alternatives.map(({ provider, check, evidence, ownEvidence, start }) => {
      const fields = ownEvidence === undefined ? places.flatMap(place => evidence.fieldsIn(place)) : [];
      return {
        provider: provider.name,
        claims: check.claims,
        fields: [...new Set(fields)],
        ...(start !== undefined && { start }),
      };
    }),
  );
}
