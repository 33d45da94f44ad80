/** The members that a route can demand of a provider. Requirements add up; none replaces another. */
export interface Requirement<C extends string = string> {
  /** The claims that the provider must confirm; never empty. @default the provider's usual claim, if it has one */
  readonly claims?: readonly C[] | undefined;
}
