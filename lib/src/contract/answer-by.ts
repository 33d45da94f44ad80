/** A function of the application has not answered in time. */
export class LateAnswer extends Error {}

/**
 * Waits for what a function of the application returned, until `deadline` (by `performance.now()`).
 * @throws LateAnswer where it returned a promise that is still open then.
 */
export async function answerBy<T>(answer: T | PromiseLike<T>, deadline: number): Promise<T> {
  if (!isPromise(answer)) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      reject(new LateAnswer('no answer in time'));
    };
    timer = setTimeout(giveUp, Math.max(deadline - performance.now(), 0)); // a promise that is settled comes first
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps a promise that nobody waits for from ending the process when it is rejected. */
export function leaveAlone(answer: unknown): void {
  if (isPromise(answer)) answer.then(undefined, () => undefined);
}

/** Tells whether a value is a promise: of any realm or library, or a query that is awaited like one. */
export function isPromise<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof (answer as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}
