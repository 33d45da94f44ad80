import type { Type } from '@nestjs/common';
import { NEST, PARAMETER_KINDS } from './nest-keys.js';

/** A parameter that Nest reads from the request and runs through pipes. */
export interface PipedParameter {
  readonly type: 'body' | 'query' | 'param';
  /** The member that it takes, such as `email` in `@Body('email')`; none for the whole. */
  readonly data: string | undefined;
  /** The type it is declared with, as TypeScript emits it. */
  readonly metatype: Type | undefined;
  /** The schema of Nest 12's `@Body({ schema })`. */
  readonly schema: unknown;
  /** Pipes on the parameter itself: instances, or classes that Nest makes instances of. */
  readonly pipes: readonly unknown[];
}

/** The `@Body()`, `@Query()` and `@Param()` parameters of a method, and `@Args()` of a resolver, in Nest's order. */
export function pipedParametersOf(target: Type, method: string | symbol): readonly PipedParameter[] {
  const entries: unknown = Reflect.getMetadata(NEST.parameters, target, method);
  const types: unknown = Reflect.getMetadata(NEST.parameterTypes, target.prototype as object, method);
  return Object.entries((entries ?? {}) as Record<string, Entry>).flatMap(([key, entry]) => {
    const type = (PARAMETER_KINDS as ReadonlyMap<string, PipedParameter['type']>).get(
      key.split(':')[0] ?? '',
    );
    if (type === undefined) return [];
    const { index, data, schema, pipes = [] } = entry;
    const metatype = Array.isArray(types) ? (types[index] as Type | undefined) : undefined;
    return { type, data: typeof data === 'string' ? data : undefined, metatype, schema, pipes };
  });
}

interface Entry {
  readonly index: number;
  readonly data?: unknown;
  readonly schema?: unknown;
  readonly pipes?: readonly unknown[];
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
