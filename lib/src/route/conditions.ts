import type { ExecutionContext } from '@nestjs/common';
import type { PerRequest } from '../verification/planned-check.js';
import type { Demand } from './demand.js';

/** Which alternatives of which demand hold for a request; each function is asked once. `tell` hears of those that fail. */
export async function holdingAt(
  demands: readonly Demand[],
  context: ExecutionContext,
  tell: (error?: unknown) => void,
): Promise<readonly (readonly boolean[])[]> {
  const answers = new Map<PerRequest<boolean>, Promise<boolean>>();
  const holds = (when: PerRequest<boolean> | undefined): Promise<boolean> => {
    if (when === undefined) return Promise.resolve(true);
    let answer = answers.get(when);
    if (answer === undefined) answers.set(when, (answer = answerOf(when, context, tell)));
    return answer;
  };
  return Promise.all(demands.map(({ anyOf }) => Promise.all(anyOf.map(({ when }) => holds(when)))));
}

/** Only an honest `false` lifts a demand. */
async function answerOf(
  when: PerRequest,
  context: ExecutionContext,
  tell: (error?: unknown) => void,
): Promise<boolean> {
  try {
    const answer = await when(context);
    if (typeof answer === 'boolean') return answer;
    tell();
  } catch (error) {
    tell(error);
  }
  return true;
}
