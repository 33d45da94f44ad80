import type { ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';

// Parameters are made with another ExecutionContext than guards, so verdicts hang on what both share.
const verdicts = new WeakMap<object, AcceptedVerdict[]>();

/** Keeps the verdicts of one handler invocation for its parameters. */
export function keepVerdicts(context: ExecutionContext, accepted: AcceptedVerdict[]): void {
  const invocation = invocationOf(context);
  if (invocation !== undefined) verdicts.set(invocation, accepted);
}

/** The verdicts that let this invocation through; empty when none was demanded. */
export function verdictsOf(context: ExecutionContext): readonly AcceptedVerdict[] {
  const invocation = invocationOf(context);
  return (invocation && verdicts.get(invocation)) ?? [];
}

/** An object that belongs to this invocation alone: the request, the resolve info, or the message. */
function invocationOf(context: ExecutionContext): object | undefined {
  const args: unknown[] = context.getArgs();
  const candidates: Record<string, readonly unknown[]> = {
    http: [args[0]],
    graphql: [args[3]],
    ws: [args[1]],
    rpc: [args[0], args[1]],
  };
  const found = candidates[context.getType()]?.find(each => typeof each === 'object' && each !== null);
  return found;
}
