/** The integers below `N`. */
type Below<N extends number, Seen extends number[] = []> = Seen['length'] extends N
  ? Seen[number]
  : Below<N, [...Seen, Seen['length']]>;

/** `age_over_N` for every N from `From` to `To`, both included. */
export type AgeClaim<From extends number = number, To extends number = number> = number extends From
  ? `age_over_${number}`
  : `age_over_${Exclude<Below<To>, Below<From>> | To}`;

/** A statement about a person that a built-in provider can confirm. */
export type Claim = 'human_verified' | 'phone_verified' | 'email_verified' | AgeClaim;

/** The threshold that an age claim names, or `undefined` for any other text. */
export function ageOf(claim: string): number | undefined {
  const digits = /^age_over_([1-9]\d{0,2})$/.exec(claim)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
