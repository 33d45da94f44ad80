import type { AcceptedVerdict } from '../contract/verdict.js';

type Advice = 'the type of its @Verified() parameter lacks `| undefined`: the demand may not hold there';

/**
 * The type that `@Verified()` brings to a parameter, where a demand is about verdicts `V`: `None` where all of them fit, else
 * perhaps nothing.
 */
type Brought<P, V, None> = [P] extends [AcceptedVerdict]
  ? [Extract<V, P>] extends [never]
    ? P
    : P | ([V] extends [P] ? None : undefined)
  : P;

/** `Fine` for a method that takes what it is brought, else `Flaw`. */
type Judged<M, V, None, Fine, Flaw> = M extends (...parameters: infer P) => unknown
  ? M extends (...parameters: Extract<{ [I in keyof P]: Brought<P[I], V, None> }, unknown[]>) => unknown
    ? Fine
    : Flaw
  : Fine;

type FlawedMethods<I, V, None> = {
  [K in keyof I & string]: Judged<I[K], V, None, never, K>;
}[keyof I & string];

/** Decorates methods; one whose `@Verified()` parameter must take `undefined` and does not will not compile. */
export type DemandOnMethod<V, None> = <M>(
  target: object,
  method: string | symbol,
  descriptor: Judged<M, V, None, TypedPropertyDescriptor<M>, Advice>,
) => void;

/** Decorates classes, as {@link DemandOnMethod} does each of their methods. */
export type DemandOnClass<V, None> = <C>(
  target: C extends { readonly prototype: infer I }
    ? [FlawedMethods<I, V, None>] extends [never]
      ? C
      : `${FlawedMethods<I, V, None>}(): ${Advice}`
    : never,
) => void;

/**
 * Works as {@link DemandOnMethod}, for verdicts of any provider. Nothing fits its second signature, by which TypeScript takes
 * it for a `MethodDecorator`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any provider
export type ExemptionOfMethod = DemandOnMethod<any, undefined> & ((nothing: never) => void);
