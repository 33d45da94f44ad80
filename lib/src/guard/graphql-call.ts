import type { ExecutionContext } from '@nestjs/common';
import { asObject, type JsonObject } from '../wire/json.js';

/** The HTTP request that Nest's drivers put into the context of a query, as `req`. */
export function graphQlRequest(context: ExecutionContext): unknown {
  const args = context.getArgs<unknown[]>();
  return asObject(args[isReference(args) ? 1 : 2])?.['req'];
}

/** The arguments of the query's field. */
export function graphQlArguments(context: ExecutionContext): JsonObject | undefined {
  const args = context.getArgs<unknown[]>();
  return isReference(args) ? undefined : asObject(args[1]);
}

/** Resolvers of a federation's references have no arguments: reference, context, info. */
function isReference(args: readonly unknown[]): boolean {
  return args.length === 3;
}
