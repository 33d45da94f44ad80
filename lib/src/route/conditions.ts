import type { ExecutionContext } from '@nestjs/common';
import { answerBy } from '../contract/answer-by.js';
import type { PerRequest } from '../verification/planned-check.js';
import type { Demand } from './demand.js';

/**
 * Finds the alternatives that hold for a request. Each function is asked once. `tell` hears of those that fail.
 * One that fails holds, unless another alternative surely does: it must not make a demand easier to meet.
 */
export async function holdingAt(
  demands: readonly Demand[],
  context: ExecutionContext,
  deadline: number,
  tell: (error?: unknown) => void,
): Promise<readonly (readonly boolean[])[]> {
  const answers = new Map<PerRequest<boolean>, Promise<boolean | undefined>>();
  const holds = (when: PerRequest<boolean> | undefined): Promise<boolean | undefined> => {
    if (when === undefined) return Promise.resolve(true);
    let answer = answers.get(when);
    if (answer === undefined) answers.set(when, (answer = answerOf(when, context, deadline, tell)));
    return answer;
  };
  return Promise.all(
    demands.map(async ({ anyOf }) => {
      const held = await Promise.all(anyOf.map(({ when }) => holds(when)));
      return held.includes(true) ? held.map(each => each === true) : held.map(each => each !== false);
    }),
  );
}

/** Returns what the function says, or `undefined` if that is no boolean. Only `false` lifts a demand. */
async function answerOf(
  when: PerRequest,
  context: ExecutionContext,
  deadline: number,
  tell: (error?: unknown) => void,
): Promise<boolean | undefined> {
  try {
    const answer = await answerBy(when(context), deadline);
    if (typeof answer === 'boolean') return answer;
    tell();
  } catch (error) {
    tell(error);
  }
  return undefined;
}
