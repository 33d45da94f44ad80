import { without } from './copies.js';
import { forbids, isSchemaPipe } from './nest-pipes.js';
import type { Step } from './route-pipes.js';
import { refusalOf } from './strict-schema.js';

/**
 * Hides the evidence in a part of the request that the pipes of the handler would call a member too many; `undefined`
 * where no pipe does. Pipes that run late count as well: they would refuse the request after its proof is spent.
 */
export function concealing(
  part: 'body' | 'query',
  fields: readonly string[],
  all: readonly Step[],
): ((value: unknown) => Promise<unknown>) | undefined {
  const isWhole = ({ parameter: { type, data } }: Step): boolean => type === part && data === undefined;
  const forms = all.filter(isWhole);
  const forbidden = fields.filter(name =>
    forms.some(({ parameter, pipes }) => pipes.some(pipe => forbids(pipe, parameter.metatype, name))),
  );
  const refusals = forms
    .filter(({ pipes }) => pipes.some(isSchemaPipe))
    .flatMap(({ parameter }) => refusalOf(parameter.schema) ?? []);
  if (forbidden.length + refusals.length === 0) return undefined;
  return async value => {
    const form = without(value, forbidden);
    const bare = without(form, fields);
    if (bare === form) return form;
    for (const refuses of refusals) if (await refuses(form, bare)) return bare;
    return form;
  };
}
