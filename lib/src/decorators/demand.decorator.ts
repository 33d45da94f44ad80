import type { AcceptedVerdict } from '../contract/verdict.js';
import type { AcceptedVerdictOf, ProviderName } from '../providers/provider-types.js';

// Editors show the names of the three decorators below. They are TypeScript's own, because users know those.

type Advice = 'add `| undefined` to the type of its @Verified() parameter: the demand may not hold there';

/** What `@Verified()` brings to a parameter of type `P`, where a demand brings one of `V`. */
type Brought<P, V> = [P] extends [AcceptedVerdict]
  ? [Extract<V, P>] extends [never]
    ? P
    : P | ([V] extends [P] ? never : undefined)
  : P;

/** `Fine` for a method that takes what it is brought, else `Flaw`. */
type Judged<M, V, Fine, Flaw> = M extends (...parameters: infer P) => unknown
  ? M extends (...parameters: Extract<{ [I in keyof P]: Brought<P[I], V> }, unknown[]>) => unknown
    ? Fine
    : Flaw
  : Fine;

type FlawedMethods<I, V> = { [K in keyof I & string]: Judged<I[K], V, never, K> }[keyof I & string];

/**
 * Decorates methods, except one whose `@Verified()` parameter must take `undefined` and does not. `V` is what the demand
 * may bring. No argument fits the second signature, by which TypeScript takes this for its own `MethodDecorator`.
 */
export interface MethodDecorator<V> {
  <M>(
    target: object,
    method: string | symbol,
    descriptor: Judged<M, V, TypedPropertyDescriptor<M>, Advice>,
  ): void;
  (nothing: never): void;
}

/** Decorates classes, as {@link MethodDecorator} does each of their methods. */
export type ClassDecorator<V> = <C>(
  target: C extends { readonly prototype: infer I }
    ? [FlawedMethods<I, V>] extends [never]
      ? C
      : `${FlawedMethods<I, V>}(): ${Advice}`
    : never,
) => void;

/**
 * Decorates parameters that take a verdict of `N`. Whether the route demands one is checked at boot, because no decorator
 * sees another: below `@RequireVerification('humanproof') class A { @RequireVerification('checkify') b(…) {} }`, the type of
 * `@Verified('humanproof')` in `b` is the same with and without the decorator of the class.
 */
export type ParameterDecorator<N extends ProviderName> = <T, K, I extends number>(
  target: T,
  method: K,
  index: I,
) => Assigned<AcceptedVerdictOf<N>, TypeAt<T, K, I>, N>;

/** The type of a parameter, where TypeScript shows it: not of private methods. */
type TypeAt<T, K, I extends number> = K extends keyof T
  ? T[K] extends (...parameters: infer P) => unknown
    ? `${I}` extends keyof P
      ? P[`${I}`]
      : unknown
    : unknown
  : unknown;

/** `undefined` for a parameter that takes a verdict, else the error. A type parameter may stand for any verdict. */
type Assigned<V, P, N extends ProviderName> = { verdict: V } extends { verdict: P }
  ? undefined
  : [Extract<V, P>] extends [never]
    ? P extends (ProviderName extends N ? AcceptedVerdict | undefined : never)
      ? undefined
      : [
          error: `type the parameter ${ProviderName extends N ? 'AcceptedVerdict' : `AcceptedVerdictOf<'${N}'>`}`,
        ]
    : undefined;
