import { written, type Demand } from '../route/demand.js';

/** Lists uses of `body` and `validateFirst` that cannot work. */
export function bodyMistakes(place: string, demands: readonly Demand[], isHttpRoute: boolean): string[] {
  return demands.flatMap(demand => {
    if (demand.anyOf.some(({ validateFirst }) => ![undefined, 'all', false].includes(validateFirst))) {
      return [`${place} has ${written(demand)} with a "validateFirst" that is neither 'all' nor false.`];
    }
    const bodies = demand.anyOf.flatMap(({ body }) => (body === undefined ? [] : [body as unknown]));
    if (bodies.length === 0) return [];
    if (!isHttpRoute) {
      return [`${place} has ${written(demand)} with "body", which HTTP routes alone have. Leave it out.`];
    }
    return bodies.every(body => typeof body === 'function')
      ? []
      : [`${place} has ${written(demand)} with a "body" that is no class. Write the class of the form.`];
  });
}
