import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';

// Nest's metadata keys, and its number for @Body(), which its packages do not export.
const PARAMETERS = '__routeArguments__';
const PIPES = '__pipes__';
const BODY = 3;

type Class = ReturnType<ExecutionContext['getClass']>;

/** A parameter that takes the whole request body. */
export interface BodyParameter {
  /** The class it is declared with; `undefined` for an interface, a primitive or a collection. */
  readonly type: Class | undefined;
  /** Pipes on the parameter itself: instances, or classes that Nest makes instances of. */
  readonly pipes: readonly unknown[];
}

/** The `@Body()` parameters of a method; not those that take one member, such as `@Body('email')`. */
export function bodyParametersOf(target: Class, method: string | symbol): readonly BodyParameter[] {
  const entries: unknown = Reflect.getMetadata(PARAMETERS, target, method);
  const types: unknown = Reflect.getMetadata('design:paramtypes', target.prototype as object, method);
  return Object.entries(
    (entries ?? {}) as Record<string, { index: number; data?: unknown; pipes?: unknown[] }>,
  )
    .filter(([key, { data }]) => key.startsWith(`${String(BODY)}:`) && (data === undefined || data === null))
    .map(([, { index, pipes = [] }]) => ({ type: classOf(types, index), pipes }));
}

/** What the parameters that a decorator of `createParamDecorator(factory)` fills were told, one by one. */
export function decoratedParametersOf(
  target: Class,
  method: string | symbol,
  factory: unknown,
): readonly unknown[] {
  const entries: unknown = Reflect.getMetadata(PARAMETERS, target, method);
  return Object.values((entries ?? {}) as Record<string, { data?: unknown; factory?: unknown }>)
    .filter(entry => entry.factory === factory)
    .map(({ data }) => data);
}

/** What `@UsePipes` names on a class or a method. */
export function pipesOn(target: object): readonly unknown[] {
  return (Reflect.getMetadata(PIPES, target) as readonly unknown[] | undefined) ?? [];
}

const NO_FORMS = new Set<unknown>([Object, Array, String, Number, Boolean, Symbol, Function, Promise]);

function classOf(types: unknown, index: number): Class | undefined {
  const type: unknown = Array.isArray(types) ? types[index] : undefined;
  return typeof type === 'function' && !NO_FORMS.has(type) ? (type as Class) : undefined;
}
