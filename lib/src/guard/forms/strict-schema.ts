import { copyOf } from './copies.js';

interface StandardSchema {
  readonly '~standard': { validate: (value: unknown) => Validated | Promise<Validated> };
}

interface Validated {
  readonly issues?: readonly unknown[] | undefined;
}

/**
 * Tells whether a schema refuses evidence as a member that it does not name. No schema can be asked, so the first form
 * that is right, or wrong for its evidence alone, decides for good.
 */
export function refusalOf(schema: unknown): ((form: unknown, bare: unknown) => Promise<boolean>) | undefined {
  const standard = (schema as Partial<StandardSchema> | null | undefined)?.['~standard'];
  if (typeof standard?.validate !== 'function') return undefined;
  const issuesOf = async (form: unknown): Promise<number> =>
    (await standard.validate(copyOf(form))).issues?.length ?? 0;
  let isStrict: boolean | undefined;
  return async (form, bare) => {
    if (isStrict !== undefined) return isStrict;
    const issues = await issuesOf(form);
    const others = issues === 0 ? 0 : await issuesOf(bare);
    if (issues === 0 || others === 0) isStrict = issues > 0;
    return issues > 0 && issues >= others; // some stop at the first member that they do not name
  };
}
