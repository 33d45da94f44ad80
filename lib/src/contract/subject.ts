// Templates and conversions turn a missing value into these texts, which are then the same for every stranger.
const NOTHING = [
  /^\s*$/, // empty
  /[:|#@,;&~\s]$/, // ends in its separator, such as `user:`
  /^(?:[a-z]+[^\p{L}\p{N}]+)+$/u, // the same with separators that random ids may end in, such as `user-`
  /(?<![\p{L}\p{N}])(?:undefined|null|NaN)(?![\p{L}\p{N}])|\[object \w+\]/u,
  /(?<![\p{L}\p{N}])false$/u,
];

/** The text that names somebody, such as an account or a session; `undefined` for everything that names nobody. */
export function subjectOf(value: unknown): string | undefined {
  return typeof value === 'string' && !NOTHING.some(each => each.test(value)) ? value : undefined;
}

/** The subject or recipient of a request that has none. Nothing was ever started for it. */
export const NOBODY = '';

/** The subject that a route's function returned for a request. */
export function subjectOrNobody(_member: string, value: unknown): string {
  return subjectOf(value) ?? NOBODY;
}

/** The subject that meets both of two demands for one. */
export function bothSubjects(
  first: string | undefined,
  second: string | undefined,
): { readonly subject?: string } {
  const subject = first ?? second;
  if (subject === undefined) return {};
  return { subject: second === undefined || second === subject ? subject : NOBODY };
}

/** Tells whether a value means nobody on purpose. It is then no mistake to log. */
export function isNobody(value: unknown): boolean {
  return value === undefined || value === null || value === false;
}
