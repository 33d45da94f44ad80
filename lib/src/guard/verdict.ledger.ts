import type { ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';

interface Entry {
  readonly args: readonly unknown[];
  readonly accepted: readonly AcceptedVerdict[];
  /** The providers that could have been asked. */
  readonly demanded: ReadonlySet<string>;
}

const NONE: Pick<Entry, 'accepted' | 'demanded'> = { accepted: [], demanded: new Set() };

// Parameters are made with another ExecutionContext than guards, so verdicts hang on what both share.
const entries = new WeakMap<object, Entry>();

/** Keeps the verdicts of one handler invocation for its parameters. */
export function keepVerdicts(
  context: ExecutionContext,
  accepted: readonly AcceptedVerdict[],
  demanded: ReadonlySet<string>,
): void {
  const invocation = invocationOf(context);
  if (invocation !== undefined) entries.set(invocation, { args: context.getArgs(), accepted, demanded });
}

/** The verdicts that let this invocation through, and the providers that were named; empty when none was demanded. */
export function verdictsOf(context: ExecutionContext): Pick<Entry, 'accepted' | 'demanded'> {
  const invocation = invocationOf(context);
  const entry = invocation && entries.get(invocation);
  const args = context.getArgs<unknown[]>();
  // An object that invocations share after all must not hand one the verdicts of another.
  const isOurs =
    entry?.args.length === args.length && entry.args.every((each, index) => each === args[index]);
  return isOurs ? entry : NONE;
}

/** Where the arguments of a handler hold an object of this invocation alone: request, message, resolve info. */
const POSITIONS = new Map<string, readonly number[]>([
  ['http', [0]],
  ['graphql', [3]],
  ['ws', [1]],
  ['rpc', [0, 1]],
]);

function invocationOf(context: ExecutionContext): object | undefined {
  const args = context.getArgs<unknown[]>();
  const positions = POSITIONS.get(context.getType()) ?? [...args.keys()];
  return positions
    .map(position => args[position])
    .find((each): each is object => typeof each === 'object' && each !== null);
}
