import type { ExecutionContext } from '@nestjs/common';
import { leaveAlone } from '../../contract/answer-by.js';
import { correlationIdOf } from '../../events/correlation-id.js';
import type { VerificationModuleOptions } from '../../options/verification.options.js';

/** The application's name for a request; `undefined` where there is none, or none that fits into a line. */
export function correlationOf(
  { correlationId }: VerificationModuleOptions,
  context: ExecutionContext,
): string | undefined {
  if (correlationId === undefined) return undefined;
  try {
    const id: unknown = correlationId(context);
    leaveAlone(id);
    return correlationIdOf(id);
  } catch {
    return undefined; // a name that cannot be found is no reason to refuse anybody
  }
}
