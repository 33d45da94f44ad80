import type { Type } from '@nestjs/common';
import { written, type Alternative, type Demand } from '../route/demand.js';
import { bodyParametersOf } from '../route/handler-parameters.js';

/** Lists uses of `body` that cannot work. */
export function bodyMistakes(place: string, demands: readonly Demand[], isHttpRoute: boolean): string[] {
  return demands.flatMap(demand => {
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

/** Advice about a form that Nest validates after the proof is spent. */
export function bodyAdvice(
  target: Type,
  method: string | symbol,
  demands: readonly Demand[],
): string | undefined {
  const [demand] = demands;
  const form = bodyParametersOf(target, method).find(({ type }) => type !== undefined)?.type;
  if (demand === undefined || form === undefined) return undefined;
  // Another form, such as that of the class's demand, says nothing about this one; a subclass of it does.
  const isChecked = ({ body }: Alternative): boolean => body === form || body?.prototype instanceof form;
  if (demands.some(({ anyOf }) => anyOf.some(isChecked))) return undefined;
  return `${target.name}.${String(method)}() takes a ${form.name}, which Nest validates after the proof is spent. Write body: ${form.name} in ${written(demand)}, so that a typing error costs nobody a proof.`;
}
