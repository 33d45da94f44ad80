import { copyOf } from './copies.js';

interface StandardSchema {
  readonly '~standard': { validate: (value: unknown) => unknown };
}

/**
 * Tells whether a schema refuses evidence as a member that it does not name, in this very form: of a union, one member
 * may name it and another forbid it.
 */
export function refusalOf(schema: unknown): ((form: unknown, bare: unknown) => Promise<boolean>) | undefined {
  const standard = (schema as Partial<StandardSchema> | null | undefined)?.['~standard'];
  if (typeof standard?.validate !== 'function') return undefined;
  const issuesOf = async (form: unknown): Promise<number> => {
    const { issues } = (await standard.validate(copyOf(form))) as { readonly issues?: readonly unknown[] };
    return issues?.length ?? 0;
  };
  return async (form, bare) => {
    const issues = await issuesOf(form);
    return issues > 0 && issues >= (await issuesOf(bare)); // some stop at the first member that they do not name
  };
}
