import type { Type } from '@nestjs/common';
import { BODY_PARAMETER, NEST } from './nest-keys.js';

/** The `@Body()` parameters of a method; not those that take one member, such as `@Body('email')`. */
export function bodyParametersOf(
  target: Type,
  method: string | symbol,
): readonly {
  /** The class it is declared with; `undefined` for an interface, a primitive or a collection. */
  readonly type: Type | undefined;
  /** Pipes on the parameter itself: instances, or classes that Nest makes instances of. */
  readonly pipes: readonly unknown[];
}[] {
  const entries: unknown = Reflect.getMetadata(NEST.parameters, target, method);
  const types: unknown = Reflect.getMetadata(NEST.parameterTypes, target.prototype as object, method);
  return Object.entries(
    (entries ?? {}) as Record<string, { index: number; data?: unknown; pipes?: unknown[] }>,
  )
    .filter(
      ([key, { data }]) =>
        key.startsWith(`${String(BODY_PARAMETER)}:`) && (data === undefined || data === null),
    )
    .map(([, { index, pipes = [] }]) => ({ type: classOf(types, index), pipes }));
}

/** The arguments of a parameter decorator that `createParamDecorator(factory)` made, one by one. */
export function decoratedParametersOf(
  target: Type,
  method: string | symbol,
  factory: unknown,
): readonly unknown[] {
  const entries: unknown = Reflect.getMetadata(NEST.parameters, target, method);
  return Object.values((entries ?? {}) as Record<string, { data?: unknown; factory?: unknown }>)
    .filter(entry => entry.factory === factory)
    .map(({ data }) => data);
}

const NO_FORMS = new Set<unknown>([Object, Array, String, Number, Boolean, Symbol, Function, Promise]);

function classOf(types: unknown, index: number): Type | undefined {
  const type: unknown = Array.isArray(types) ? types[index] : undefined;
  return typeof type === 'function' && !NO_FORMS.has(type) ? (type as Type) : undefined;
}
