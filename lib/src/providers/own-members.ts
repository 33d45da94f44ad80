/** A copy with the own members alone, so that a polluted prototype cannot fill in one that is not there. */
export function ownMembers<T extends object>(value: T): T {
  return Object.assign(Object.create(null) as T, value);
}
