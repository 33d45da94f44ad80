/**
 * Waits for an operation of a store, for `timeoutMs` milliseconds and until `deadline` (by `performance.now()`) at most.
 * `undo` follows where it comes into effect later.
 */
export async function inTime<T>(
  operation: () => Promise<T>,
  undo: ((result: T) => Promise<unknown> | undefined) | undefined,
  timeoutMs: number,
  deadline: number,
): Promise<T> {
  const leftMs = deadline - performance.now();
  // A word for the operator: the store was late, or was left less than its time.
  const code = leftMs < timeoutMs ? 'DEADLINE' : 'TIMEOUT';
  if (leftMs <= 0) throw timeout(code);
  const asked = Promise.resolve(operation());
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        isLate = true;
        reject(timeout(code));
      },
      Math.min(timeoutMs, leftMs),
    );
    timer.unref(); // a store that somebody waits for has a connection, which holds the process
  });
  if (undo !== undefined) asked.then(result => (isLate ? undo(result) : undefined)).catch(ignored);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function timeout(code: string): Error {
  return Object.assign(new Error('timeout'), { code });
}

function ignored(): void {}
