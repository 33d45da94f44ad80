import type { ExecutionContext } from '@nestjs/common';
import { attachment } from '../contract/attachment.js';
import type { Unnamed } from '../contract/reference.js';
import { methodsBehind } from '../route/demand-metadata.js';

interface Entry {
  readonly context: ExecutionContext;
  readonly accepted: readonly Unnamed[];
  /** The providers that could have been asked. */
  readonly demanded: ReadonlySet<string>;
  /** The verdicts of another handler of the same message. */
  readonly earlier: Entry | undefined;
}

const NONE: Pick<Entry, 'accepted' | 'demanded'> = { accepted: [], demanded: new Set() };

// Parameters are made with another ExecutionContext than guards, so verdicts hang on what both share.
const entries = attachment<Entry>();

/** Keeps the verdicts of one handler invocation for its parameters. */
export function keepVerdicts(
  context: ExecutionContext,
  accepted: readonly Unnamed[],
  demanded: ReadonlySet<string>,
): void {
  const invocation = invocationOf(context);
  if (invocation === undefined) return;
  const earlier = isMessage(context) ? entries.of(invocation) : undefined;
  entries.attach(invocation, { context, accepted, demanded, earlier });
}

/** The verdicts that let this invocation through, and the providers that were named; empty when none was demanded. */
export function verdictsOf(context: ExecutionContext): Pick<Entry, 'accepted' | 'demanded'> {
  const invocation = invocationOf(context);
  let entry = invocation && entries.of(invocation);
  while (entry !== undefined && !isOne(entry.context, context)) entry = entry.earlier;
  return entry ?? NONE;
}

/** Finds the argument of a handler that belongs to this invocation alone: request, message, resolve info. */
const POSITIONS = new Map<string, readonly number[]>([
  ['http', [0]],
  ['graphql', [3, 2]], // resolvers of references have no arguments before their info
  ['ws', [1]],
  ['rpc', [0, 1]],
]);

function invocationOf(context: ExecutionContext): object | undefined {
  const args = context.getArgs<unknown[]>();
  for (const position of POSITIONS.get(context.getType()) ?? args.keys()) {
    const each = args[position];
    if (typeof each === 'object' && each !== null) return each;
  }
  return undefined;
}

/** An object that invocations share after all must not hand one the verdicts of another. */
function isOne(first: ExecutionContext, second: ExecutionContext): boolean {
  const args = first.getArgs<unknown[]>();
  const others = second.getArgs<unknown[]>();
  if (args.length !== others.length || args.some((each, index) => each !== others[index])) return false;
  // Several handlers may take one message or event, each with the same arguments.
  return (
    !isMessage(second) || (first.getClass() === second.getClass() && methodOf(first) === methodOf(second))
  );
}

function isMessage(context: ExecutionContext): boolean {
  const type = context.getType();
  return type === 'ws' || type === 'rpc';
}

function methodOf(context: ExecutionContext): unknown {
  return methodsBehind(context.getClass(), context.getHandler())[0];
}
